import type { AlertRule } from "../../../shared/alerts/schemas.ts";
import { iso } from "./fake-world.ts";

const dayMs = 864e5;

/** Rules without a limit on a value of now: on changes, on anomalies, and on where the disk is heading. */
export function foresightRules(nowMs: number): AlertRule[] {
  const said = {
    version: 1,
    project: "default",
    match: "{}",
    labels: {},
    annotations: {},
    enabled: true,
    createdAt: iso(nowMs - 6 * dayMs),
    updatedAt: iso(nowMs - 6 * dayMs),
    updatedBy: "Administrator",
  };
  return [
    {
      ...said,
      type: "rate-of-change",
      id: "rul_surge",
      name: "Errors surge",
      metric: "shop.payments.errors",
      aggregate: "rate",
      groupBy: ["method"],
      windowMs: 60_000,
      overMs: 600_000,
      change: "percent",
      operator: ">",
      thresholds: { warning: 200 },
      forMs: 60_000,
      keepFiringForMs: 0,
      noData: "ok",
      noDataAfterMs: 300_000,
    },
    {
      ...said,
      type: "anomaly",
      id: "rul_unlike",
      name: "Latency is unlike itself",
      metric: "http.server.request.duration",
      groupBy: ["*"],
      watch: "series",
      sensitivity: "medium",
      severity: "warning",
    },
    {
      ...said,
      type: "forecast",
      id: "rul_disk",
      name: "Disk fills up",
      metric: "system.filesystem.utilization",
      aggregate: "avg",
      groupBy: ["system.filesystem.mountpoint"],
      limit: 1,
      withinMs: { critical: dayMs, warning: 3 * dayMs },
      historyMs: 14 * dayMs,
      keepFiringForMs: 3_600_000,
    },
  ];
}
