import { nowMs } from "../../../shared/platform/clock.ts";
import { type AwsService, answerJson, readBody } from "../aws-endpoint.ts";
import { AwsFault } from "../aws-fault.ts";
import type { makePutEvents } from "./put-events.ts";

/** EventBridge's PutEvents in the AWS JSON protocol. */
export function makeBusService(putEvents: ReturnType<typeof makePutEvents>): AwsService {
  return {
    accepts: (request) => targetOf(request.headers).startsWith("AWSEvents."),
    async serve(request, response) {
      const action = targetOf(request.headers).slice("AWSEvents.".length);
      if (action !== "PutEvents") {
        throw new AwsFault("UnknownOperationException", `The local bus serves PutEvents, not ${action}.`);
      }
      answerJson(response, 200, putEvents(parse(await readBody(request)), nowMs()));
    },
  };
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
