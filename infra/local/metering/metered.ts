import type { FunctionRow } from "../../topology/row.ts";
import type { AwsService } from "../aws-endpoint.ts";
import type { PutEvents } from "../bus/put-events.ts";
import type { FunctionRunner } from "../functions/function-runner.ts";
import type { Queues } from "../queues/queues.ts";
import { type Meter, unitsOf } from "./meter.ts";

const queueUnit = 64 * 1024;
const busUnit = 64 * 1024;
const webSocketUnit = 32 * 1024;
/** A poller of Lambda's receives and deletes at most this many messages a request. */
const perRequest = 10;

/** A function whose invocations, and the requests to its API, are counted. */
export function meteredRunner(row: FunctionRow, runner: FunctionRunner, meter: Meter): FunctionRunner {
  const { name, trigger } = row;
  return {
    ...runner,
    async invoke(event) {
      const startMs = performance.now();
      const workedMs = runner.workMs();
      if (trigger.kind === "http") meter.add("apiRequests", name, 1);
      if (trigger.kind === "websocket") meter.add("webSocketMessages", name, 1);
      try {
        const answer = await runner.invoke(event);
        if (trigger.kind === "http") meter.add("apiBytesOut", name, bodyBytes(answer));
        return answer;
      } finally {
        meter.add("invocations", name, 1);
        meter.add("runMs", name, performance.now() - startMs);
        meter.add("workMs", name, Math.max(0, runner.workMs() - workedMs));
      }
    },
  };
}

/** Queues whose requests are counted as those of EventBridge and of Lambda's pollers would be. */
export function meteredQueues(queues: Queues, meter: Meter): Queues {
  const count = (name: string, requests: number) => meter.add("queueRequests", name, requests);
  return {
    ...queues,
    send(bodies) {
      queues.send(bodies);
      for (const { queue, body } of bodies) count(queue, unitsOf(Buffer.byteLength(body), queueUnit));
    },
    receive(name, max) {
      const records = queues.receive(name, max);
      for (let i = 0; i < records.length; i += perRequest) {
        const part = records.slice(i, i + perRequest);
        const bytes = part.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
        count(name, unitsOf(bytes, queueUnit));
      }
      return records;
    },
    delete(name, receiptHandles) {
      queues.delete(name, receiptHandles);
      count(name, Math.ceil(receiptHandles.length / perRequest));
    },
    putOff(name, receiptHandle, seconds) {
      queues.putOff(name, receiptHandle, seconds);
      count(name, 1);
    },
  };
}

export function meteredBus(putEvents: PutEvents, meter: Meter): PutEvents {
  return (request, nowMs) => {
    const { Entries } = request as { Entries: { DetailType: string; Detail: string }[] };
    for (const { DetailType, Detail } of Entries) {
      const bytes = Buffer.byteLength(Detail);
      meter.add("busEvents", DetailType, unitsOf(bytes, busUnit));
      meter.add("busBytes", DetailType, bytes);
    }
    return putEvents(request, nowMs);
  };
}

/** A service of which each call counts as so many units of 32 KB, or as one. */
export function meteredService(
  service: AwsService,
  measure: "webSocketMessages" | "smsAndEmail",
  meter: Meter,
): AwsService {
  return {
    accepts: (request) => service.accepts(request),
    serve(request, response, caller) {
      const bytes = Number(request.headers["content-length"] ?? 0);
      meter.add(measure, "calls", measure === "smsAndEmail" ? 1 : unitsOf(bytes, webSocketUnit));
      return service.serve(request, response, caller);
    },
  };
}

function bodyBytes(answer: unknown): number {
  const { body = "" } = (answer ?? {}) as { body?: string };
  return Buffer.byteLength(body);
}
