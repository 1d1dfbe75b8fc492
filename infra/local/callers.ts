import { createHmac } from "node:crypto";
import { appendFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { allowedActions } from "../topology/allowed-actions.ts";
import type { FunctionRow } from "../topology/row.ts";
import { arnOf, localAccount } from "./arns.ts";
import { AwsFault } from "./aws-fault.ts";
import { accessKeyOf } from "./loopback-guard.ts";

/** One AWS call, as IAM sees it. */
export interface AwsCall {
  /** Like dynamodb:PutItem. */
  action: string;
  resource: string;
  /** Of an event that is put on the bus. */
  detailType?: string;
}

/** Whoever signed a call to the engines. */
export interface Caller {
  /** Throws AccessDeniedException, worded as AWS words it, where the row of the function does not grant it. */
  authorize(call: AwsCall): void;
}

export interface CallerSettings {
  /** The access key of this machine's person and tools, who may do everything. */
  operatorKey: string;
  functions: readonly GrantedFunction[];
  /** Each grant is noted here, once a start and thread, when it is first used: lines of `function⇥call`. */
  grantsUsed?: string | undefined;
}

/** A function's access key, and the calls that its row grants. Plain data: it crosses to the tables' thread. */
interface GrantedFunction {
  name: string;
  accessKeyId: string;
  calls: readonly string[];
}

/** A function's key follows from the installation's, so that it outlives a restart with it. */
export function functionKey(operatorKey: string, name: string): string {
  return `local-${createHmac("sha256", operatorKey).update(name).digest("hex").slice(0, 32)}`;
}

export function grantedFunctions(topology: readonly FunctionRow[], operatorKey: string): GrantedFunction[] {
  return topology.map((row) => ({
    name: row.name,
    accessKeyId: functionKey(operatorKey, row.name),
    calls: grantedCalls(row),
  }));
}

/** A call in one line: action, resource and, for an event, its type. */
export function lineOf({ action, resource, detailType }: AwsCall): string {
  return detailType === undefined ? `${action} ${resource}` : `${action} ${resource} ${detailType}`;
}

/** Each call that a row grants, on this machine's resources. */
export function grantedCalls(row: FunctionRow): string[] {
  return allowedActions(row).flatMap(({ actions, on, detailTypes = [undefined] }) =>
    actions.flatMap((action) =>
      on.flatMap((reach) =>
        detailTypes.map((detailType) =>
          lineOf({ action, resource: arnOf(reach, row.name), ...(detailType ? { detailType } : {}) }),
        ),
      ),
    ),
  );
}

/** Who signed a request; undefined for everybody who is not of this runtime. */
export function makeCallers(settings: CallerSettings): (request: IncomingMessage) => Caller | undefined {
  const { operatorKey, functions, grantsUsed } = settings;
  const operator: Caller = { authorize: () => undefined };
  const callers = new Map([[operatorKey, operator]]);
  for (const one of functions) callers.set(one.accessKeyId, functionCaller(one, grantsUsed));
  return (request) => callers.get(accessKeyOf(request) ?? "");
}

function functionCaller({ name, calls }: GrantedFunction, grantsUsed: string | undefined): Caller {
  const granted = new Set(calls);
  const noted = new Set<string>();
  return {
    authorize(call) {
      const line = lineOf(call);
      if (!granted.has(line)) throw denied(name, call);
      if (grantsUsed === undefined || noted.has(line)) return;
      noted.add(line);
      appendFileSync(grantsUsed, `${name}\t${line}\n`);
    },
  };
}

function denied(name: string, { action, resource, detailType }: AwsCall): AwsFault {
  const user = `arn:aws:sts::${localAccount}:assumed-role/${name}/${name}`;
  // AWS does not tell the type, and leaves one to guess.
  const event = detailType === undefined ? "" : ` for ${detailType}`;
  return new AwsFault(
    "AccessDeniedException",
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource}${event} because no identity-based policy allows the ${action} action`,
  );
}
