import type { Permit } from "./apply-changes.ts";
import { activeOf, type DetectorRecord, pagingClassesOf } from "./detector-record.ts";
import type { DetectorStore } from "./detector-store.ts";
import type { Anomaly } from "./schemas.ts";

/** A gate passed, or a detector held back, is seen after at most this long. */
const askAgainMs = 2_000;
const maxKept = 2_000;

/** Whether anomalies of a class may page, from the registry and a little memory of it. */
export function makePermits(detectors: DetectorStore) {
  const known = new Map<string, { record: DetectorRecord | undefined; askedMs: number }>();
  return async (
    tenantId: string,
    kind: Anomaly["kind"],
    metricClass: string,
    nowMs: number,
  ): Promise<Permit> => {
    const key = `${tenantId} ${kind}`;
    let entry = known.get(key);
    if (!entry || nowMs - entry.askedMs >= askAgainMs) {
      entry = { record: await detectors.get(tenantId, kind), askedMs: nowMs };
      if (known.size >= maxKept) known.clear();
      known.set(key, entry);
    }
    return permitFor(entry.record, kind, metricClass);
  };
}

export function permitFor(
  record: DetectorRecord | undefined,
  kind: Anomaly["kind"],
  metricClass: string,
): Permit {
  const active = record && activeOf(record);
  if (!record || !active) {
    return {
      mode: "shadow",
      reason: "It does not page: no detector has been through its gate here yet.",
      detectorVersion: `${kind}.0`,
    };
  }
  const detectorVersion = `${kind}.${active.version}`;
  if (pagingClassesOf(record).includes(metricClass)) {
    return { mode: "paging", reason: `It may page: ${metricClass} has passed its gate.`, detectorVersion };
  }
  const gate = active.gates.find((one) => one.metricClass === metricClass);
  const why = record.held ?? gate?.reason ?? `${metricClass} has not been through its gate yet.`;
  return { mode: "shadow", reason: `It does not page: ${why}`, detectorVersion };
}
