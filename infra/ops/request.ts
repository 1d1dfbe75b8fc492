import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { topology } from "../topology/index.ts";
import type { FunctionRow } from "../topology/row.ts";
import { type HelpTopic, usages } from "./usage.ts";

export type Target = { kind: "aws"; stack: string } | { kind: "laptop"; dataDir: string };

export type Command =
  | { kind: "status"; rows: readonly FunctionRow[]; json: boolean }
  | { kind: "dlq-list"; rows: readonly FunctionRow[] }
  | { kind: "dlq-peek"; rows: readonly FunctionRow[]; limit: number; body: boolean }
  | { kind: "dlq-redrive"; rows: readonly FunctionRow[]; limit: number | undefined; yes: boolean }
  | {
      kind: "audit-verify";
      tenantIds: readonly string[];
      witness: { seq: number; hash: string } | undefined;
    }
  | {
      kind: "replay";
      fromMs: number;
      toMs: number;
      only: FunctionRow | undefined;
      yes: boolean;
      wait: boolean;
    };

export type OpsRequest =
  | { kind: "help"; topic: HelpTopic }
  | { kind: "run"; target: Target; command: Command };

const peekLimit = 10;

/** Reads the command line. Throws an Error that says what would be right. */
export function readRequest(args: readonly string[], env: NodeJS.ProcessEnv, nowMs: number): OpsRequest {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      laptop: { type: "boolean" },
      stack: { type: "string", default: "SentinelOps" },
      yes: { type: "boolean", short: "y" },
      json: { type: "boolean" },
      body: { type: "boolean" },
      limit: { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      only: { type: "string" },
      "no-wait": { type: "boolean" },
      witness: { type: "string" },
    },
  });
  const [verb, ...rest] = positionals;
  if (values.help || verb === undefined) return { kind: "help", topic: topicOf(verb) };
  const target: Target = values.laptop
    ? { kind: "laptop", dataDir: resolve(env["DATA_DIR"] || ".sentinelops") }
    : { kind: "aws", stack: values.stack };
  const run = (command: Command): OpsRequest => ({ kind: "run", target, command });

  switch (verb) {
    case "status":
      return run({ kind: "status", rows: rowsOf(rest, () => true), json: values.json ?? false });
    case "dlq": {
      const [what, ...functions] = rest;
      const rows = rowsOf(functions, hasDeadLetters);
      const limit = readLimit(values.limit);
      if (what === "list") return run({ kind: "dlq-list", rows });
      if (what === "peek")
        return run({ kind: "dlq-peek", rows, limit: limit ?? peekLimit, body: values.body ?? false });
      if (what === "redrive") return run({ kind: "dlq-redrive", rows, limit, yes: values.yes ?? false });
      throw new Error(`Say what to do with the dead-letter queues: list, peek or redrive.\n\n${usages.dlq}`);
    }
    case "audit": {
      const [what, ...tenantIds] = rest;
      if (what !== "verify") throw new Error(`Say what to do with the audit: verify.\n\n${usages.audit}`);
      return run({ kind: "audit-verify", tenantIds, witness: readWitness(values.witness, tenantIds) });
    }
    case "replay":
      return run({
        kind: "replay",
        ...readSpan(values.from, values.to, nowMs),
        only: values.only === undefined ? undefined : rowsOf([values.only], isConsumer)[0],
        yes: values.yes ?? false,
        wait: !values["no-wait"],
      });
    default:
      throw new Error(`There is no "${verb}"; there is status, dlq, audit and replay.\n\n${usages.ops}`);
  }
}

function topicOf(verb: string | undefined): HelpTopic {
  return verb !== undefined && verb in usages ? (verb as HelpTopic) : "ops";
}

const isConsumer = ({ trigger }: FunctionRow) => trigger.kind === "queue";
const hasDeadLetters = (row: FunctionRow) => isConsumer(row) || row.trigger.kind === "schedule";

/** The rows named, or all that `fits`. */
function rowsOf(names: readonly string[], fits: (row: FunctionRow) => boolean): FunctionRow[] {
  const fitting = topology.filter(fits);
  if (names.length === 0) return fitting;
  return names.map((name) => {
    const row = fitting.find((one) => one.name === name);
    if (row) return row;
    const known = fitting.map((one) => one.name).join(", ");
    const isFunction = topology.some((one) => one.name === name);
    throw new Error(
      isFunction
        ? `${name} has no queue of its own. These have: ${known}.`
        : `There is no function "${name}"; say one of ${known}.`,
    );
  });
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new Error(`--limit takes a whole number from 1, not "${text}".`);
  }
  return limit;
}

function readWitness(text: string | undefined, tenantIds: readonly string[]) {
  if (text === undefined) return undefined;
  const [, seq, hash = ""] = /^(\d{1,12}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || tenantIds.length !== 1) {
    throw new Error(
      `--witness takes the end of one tenant's chain, as verify printed it: audit verify <tenant> --witness <number>:<hash>.`,
    );
  }
  return { seq: Number(seq), hash };
}

function readSpan(from: string | undefined, to: string | undefined, nowMs: number) {
  if (from === undefined || to === undefined) {
    throw new Error(`Say the span to replay with --from and --to.\n\n${usages.replay}`);
  }
  const fromMs = readTime("--from", from);
  const toMs = readTime("--to", to);
  if (fromMs >= toMs) throw new Error(`--from (${from}) has to be before --to (${to}).`);
  if (toMs > nowMs)
    throw new Error(`--to (${to}) lies in the future; what is to come is not in the archive yet.`);
  return { fromMs, toMs };
}

function readTime(option: string, text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || !/T.*(Z|[+-]\d\d:\d\d)$/.test(text)) {
    throw new Error(`${option} takes a time with its zone, like 2026-05-04T08:00:00Z, not "${text}".`);
  }
  return ms;
}
