import { makeChainStore, type Verdict, verifyChain } from "../../shared/audit/index.ts";
import { makeTenantStore } from "../../shared/tenancy/index.ts";
import type { Installation } from "./installation.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

export interface VerifyAudit {
  /** All tenants when empty. */
  tenantIds: readonly string[];
  witness: { seq: number; hash: string } | undefined;
  nowMs: number;
}

/** Reads the chains of tenants and names every fault. Throws when there is one, so that a script hears of it. */
export async function verifyAudit(
  installation: Pick<Installation, "openTable">,
  { tenantIds, witness, nowMs }: VerifyAudit,
  terminal: Terminal,
): Promise<void> {
  const chain = makeChainStore(await installation.openTable("audit"));
  const tenants =
    tenantIds.length > 0
      ? tenantIds
      : await makeTenantStore(await installation.openTable("tenancy")).listTenantIds();
  const verdicts: { tenantId: string; verdict: Verdict }[] = [];
  for (const tenantId of tenants) {
    verdicts.push({ tenantId, verdict: await verifyChain(tenantId, chain, { nowMs, witness }) });
  }
  terminal.say(
    table(
      ["tenant", "entries", "from", "to", "faults", "end of the chain"],
      verdicts.map(({ tenantId, verdict }) => [
        tenantId,
        String(verdict.entries),
        String(verdict.firstSeq),
        String(verdict.head.seq),
        String(verdict.faults.length),
        `${verdict.head.seq}:${verdict.head.hash}`,
      ]),
    ),
  );
  const faults = verdicts.flatMap(({ tenantId, verdict }) =>
    verdict.faults.map((fault) => `${tenantId}: ${describeFault(fault)}`),
  );
  if (faults.length > 0) {
    throw new Error(
      `\nThe audit is not as it was written:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
  }
  terminal.say(
    "\nNothing was edited, removed or moved. Note the ends down elsewhere; --witness proves with one, next time, that all up to it still stands.",
  );
}

function describeFault(fault: Verdict["faults"][number]): string {
  switch (fault.kind) {
    case "edited":
      return `entry ${fault.seq} was edited`;
    case "removed":
      return fault.fromSeq === fault.toSeq
        ? `entry ${fault.fromSeq} is missing`
        : `entries ${fault.fromSeq} to ${fault.toSeq} are missing`;
    case "unchained":
      return `entry ${fault.seq} does not follow the one before it`;
  }
}
