import { isoTime } from "../platform/clock.ts";
import type { AnomalyStore } from "./anomaly-store.ts";
import type { Anomaly } from "./schemas.ts";

const dayMs = 86_400_000;
const mostRead = 500;
const pageSize = 200;

/** Anomalies whose time meets the span, oldest first: those that began in it or, a day before at most, ahead of it. */
export async function anomaliesIn(
  tenantId: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  wanted: (anomaly: Anomaly) => boolean,
  anomalies: AnomalyStore,
): Promise<Anomaly[]> {
  const span = { from: isoTime(fromMs - dayMs), to: isoTime(toMs) };
  const found: Anomaly[] = [];
  let cursor: string | undefined;
  let read = 0;
  do {
    const page = await anomalies.list(tenantId, span, pageSize, cursor);
    read += page.items.length;
    cursor = page.cursor;
    for (const anomaly of page.items) {
      const overlaps = anomaly.endedAt === null || Date.parse(anomaly.endedAt) >= fromMs;
      if (overlaps && wanted(anomaly)) found.push(anomaly);
    }
  } while (cursor && read < mostRead);
  return found.reverse();
}
