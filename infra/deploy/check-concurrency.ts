import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  type LambdaClient,
  paginateListFunctions,
} from "@aws-sdk/client-lambda";
import { descriptionOf, type FunctionRow } from "../topology/row.ts";

/** AWS refuses a reservation that leaves less than this to the functions without one. */
const leftToOthers = 100;

export type Room =
  | { kind: "enough" }
  | { kind: "short"; because: string }
  /** These credentials may not ask. */
  | { kind: "unknown"; because: string };

/**
 * Whether the account has room in a region for what the rows reserve, what stands reserved for them already
 * being theirs. `short` says in one sentence what is wrong and what would be right.
 */
export async function roomFor(
  rows: readonly FunctionRow[],
  client: LambdaClient,
  region: string,
): Promise<Room> {
  const wanted = rows.reduce((sum, { maxAtOnce = 0 }) => sum + maxAtOnce, 0);
  try {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    const unreserved = AccountLimit?.UnreservedConcurrentExecutions;
    if (unreserved === undefined || unreserved - wanted >= leftToOthers) return { kind: "enough" };
    const ours = await reservedAlready(rows, client);
    const left = unreserved + ours - wanted;
    if (left >= leftToOthers) return { kind: "enough" };
    return {
      kind: "short",
      because: `Lambda runs ${AccountLimit?.ConcurrentExecutions} at once in this account in ${region}, of which ${unreserved + ours} are free to reserve; the ${wanted} that bound the functions which cost money or reach outside would leave ${Math.max(0, left)} to all others where AWS demands ${leftToOthers}: deploy with -c reservedConcurrency=false, or ask AWS for a quota of ${wanted + leftToOthers} first.`,
    };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "AccessDeniedException") throw error;
    return {
      kind: "unknown",
      because: `These credentials may not ask how many functions may run at once in ${region} (${error.message}); if the deployment says so, choose -c reservedConcurrency=false.`,
    };
  }
}

/** What an earlier deployment of these rows holds; their functions are told by their descriptions. */
async function reservedAlready(rows: readonly FunctionRow[], client: LambdaClient): Promise<number> {
  const described = new Set(rows.filter(({ maxAtOnce }) => maxAtOnce).map(descriptionOf));
  let reserved = 0;
  for await (const page of paginateListFunctions({ client }, {})) {
    for (const { FunctionName, Description } of page.Functions ?? []) {
      if (!described.has(Description ?? "")) continue;
      const answer = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
      reserved += answer.ReservedConcurrentExecutions ?? 0;
    }
  }
  return reserved;
}
