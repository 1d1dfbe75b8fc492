import { isoTime } from "../../../platform/clock.ts";
import type { Message } from "../message.ts";
import { headline } from "../wording.ts";

/** The body of an outgoing webhook, in the shape Standard Webhooks advises: type, timestamp, data. */
export function webhookPayload(message: Message): Record<string, unknown> {
  const { kind, atMs, deliveryId, tenantId, link, body } = message;
  return {
    type: kind,
    timestamp: isoTime(atMs),
    data: { deliveryId, tenantId, summary: headline(message), link, ...contentOf(body) },
  };
}

function contentOf(body: Message["body"]): Record<string, unknown> {
  switch (body.about) {
    case "test":
      return { channelName: body.channelName };
    case "digest":
      return {
        because: body.because,
        count: body.lines.length,
        messages: body.lines.slice(0, 100).map(({ severity, title }) => ({ severity, title })),
      };
    case "incident": {
      const { at, reopened, text, incidentId, ...facts } = body.facts;
      return { incident: { id: incidentId, ...facts }, at, reopened, reason: text };
    }
  }
}
