import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { catalog, type EventData, type EventType } from "../../../events/catalog.ts";
import { Envelope } from "../../../events/envelope.ts";
import { nowMs } from "../clock.ts";
import type { Ctx } from "../context.ts";
import type { Log } from "../log.ts";
import { measured } from "./measured.ts";

/** One event as a consumer gets it: the typed envelope, the context of its work, and the SQS record it came in. */
export interface Delivery<T extends EventType = EventType> {
  event: { [K in T]: Omit<Envelope, "data" | "type"> & { type: K; data: EventData<K> } }[T];
  ctx: Ctx;
  record: SQSRecord;
}

export interface QueueServices {
  log: Log;
}

interface QueueDoorBase<S, T extends EventType> {
  services: () => S;
  /** The platform's name in the audit and in `actor`: the function's own name. */
  name: string;
  types: readonly T[];
}
interface EachOptions<S, T extends EventType> extends QueueDoorBase<S, T> {
  /** Handles one event; a throw hands that record, and no other, back to the queue. */
  each(delivery: Delivery<T>, services: S): Promise<void>;
}
interface BatchOptions<S, T extends EventType> extends QueueDoorBase<S, T> {
  /** Handles what arrived together; returns the deliveries that failed. A throw fails them all. */
  batch(deliveries: Delivery<T>[], services: S): Promise<Delivery<T>[]>;
}

/**
 * The Lambda behind a queue: SQS records in, batchItemFailures out. A record that cannot be read, or is of a
 * type this consumer does not know, is handed back alone, so after maxReceiveCount it lies in the DLQ while
 * the others of its batch go on.
 */
export function queueDoor<S extends QueueServices, T extends EventType>(
  options: EachOptions<S, T> | BatchOptions<S, T>,
) {
  return middy<SQSEvent, SQSBatchResponse>().handler((event: SQSEvent) =>
    measured(
      options.services().log,
      () => consume(options, event),
      ({ batchItemFailures: { length: failed } }) => ({ handled: event.Records.length - failed, failed }),
    ),
  );
}

/** Serves one batch; exported so that tests can deliver records by hand. */
export async function consume<S extends QueueServices, T extends EventType>(
  options: EachOptions<S, T> | BatchOptions<S, T>,
  event: SQSEvent,
): Promise<SQSBatchResponse> {
  const services = options.services();
  const failed = new Set<string>();
  const fail = (record: SQSRecord, error: unknown) => {
    failed.add(record.messageId);
    services.log.error("record handed back to its queue", {
      error,
      messageId: record.messageId,
      receiveCount: record.attributes.ApproximateReceiveCount,
    });
  };
  const deliveries: Delivery<T>[] = [];
  for (const record of event.Records) {
    try {
      deliveries.push(open(record, options));
    } catch (error) {
      fail(record, error);
    }
  }
  if ("batch" in options) {
    try {
      for (const delivery of await options.batch(deliveries, services)) failed.add(delivery.record.messageId);
    } catch (error) {
      for (const delivery of deliveries) fail(delivery.record, error);
    }
  } else {
    await Promise.all(
      deliveries.map(async (delivery) => {
        try {
          await options.each(delivery, services);
        } catch (error) {
          fail(delivery.record, error);
        }
      }),
    );
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

function open<S, T extends EventType>(record: SQSRecord, options: QueueDoorBase<S, T>): Delivery<T> {
  const body: unknown = JSON.parse(record.body);
  const event = Envelope.parse((body as { detail?: unknown } | null)?.detail);
  if (!(options.types as readonly string[]).includes(event.type)) {
    throw new TypeError(
      `${options.name} does not consume ${event.type}; it consumes ${options.types.join(", ")}.`,
    );
  }
  const data = catalog[event.type as T].schema.parse(event.data);
  return {
    event: { ...event, data } as Delivery<T>["event"],
    record,
    ctx: {
      tenantId: event.tenantId,
      actor: { kind: "system", id: options.name },
      traceId: event.traceId,
      causationId: event.id,
      nowMs: nowMs(),
    },
  };
}
