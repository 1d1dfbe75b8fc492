import type { IncomingMessage } from "node:http";
import { tableArn } from "../arns.ts";
import { AwsFault } from "../aws-fault.ts";
import type { AwsCall, Caller } from "../callers.ts";
import { onParsed } from "./dynalite-parts.ts";

/** dynalite reads a request from its end to its answer's first step without a pause, so one at a time is here. */
let current: { request: IncomingMessage; caller: Caller } | undefined;

/** Every request to dynalite is held to its caller's grants, on the body that dynalite has parsed anyway. */
export function authorizeRequests(): void {
  onParsed((body) => {
    if (!current) return;
    try {
      for (const call of tableCalls(current.request, body)) current.caller.authorize(call);
    } catch (error) {
      if (error instanceof AwsFault) throw asDynamo(error);
      throw error;
    }
  });
}

/** Wraps what dynalite does when the last byte of a request has come. */
export function asCaller(request: IncomingMessage, caller: Caller, onEnd: () => void): void {
  current = { request, caller };
  try {
    onEnd();
  } finally {
    current = undefined;
  }
}

interface TableBody {
  TableName?: string;
  IndexName?: string;
  RequestItems?: Record<string, unknown>;
}

function tableCalls(request: IncomingMessage, body: TableBody): AwsCall[] {
  const action = `dynamodb:${String(request.headers["x-amz-target"]).split(".")[1]}`;
  const { TableName = "*", IndexName, RequestItems } = body;
  if (!RequestItems) return [{ action, resource: tableArn(TableName, IndexName) }];
  return Object.keys(RequestItems).map((table) => ({ action, resource: tableArn(table) }));
}

/** As dynalite wants a failure that it shall answer, and as DynamoDB words one. */
function asDynamo({ code, status, message }: AwsFault): Error {
  return Object.assign(new Error(message), {
    statusCode: status,
    body: { __type: `com.amazon.coral.service#${code}`, Message: message },
  });
}
