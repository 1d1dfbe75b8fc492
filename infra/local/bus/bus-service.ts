import { nowMs } from "../../../shared/platform/clock.ts";
import { busArn } from "../arns.ts";
import { type AwsService, answerJson, readBody } from "../aws-endpoint.ts";
import { AwsFault } from "../aws-fault.ts";
import type { Caller } from "../callers.ts";
import type { PutEvents } from "./put-events.ts";

/** EventBridge's PutEvents in the AWS JSON protocol. */
export function makeBusService(putEvents: PutEvents): AwsService {
  return {
    accepts: (request) => targetOf(request.headers).startsWith("AWSEvents."),
    async serve(request, response, caller) {
      const action = targetOf(request.headers).slice("AWSEvents.".length);
      if (action !== "PutEvents") {
        throw new AwsFault("UnknownOperationException", `The local bus serves PutEvents, not ${action}.`);
      }
      const body = parse(await readBody(request));
      authorize(caller, body);
      answerJson(response, 200, putEvents(body, nowMs()));
    },
  };
}

/** One type that is not granted refuses the whole request, as IAM's condition does. */
function authorize(caller: Caller, body: unknown): void {
  const { Entries } = body as { Entries?: unknown };
  const entries = Array.isArray(Entries) ? (Entries as { DetailType?: unknown }[]) : [];
  for (const detailType of new Set(entries.map((entry) => String(entry.DetailType)))) {
    caller.authorize({ action: "events:PutEvents", resource: busArn, detailType });
  }
}

function targetOf(headers: Record<string, string | string[] | undefined>): string {
  return String(headers["x-amz-target"] ?? "");
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new AwsFault("SerializationException", "The request is not JSON.");
  }
}
