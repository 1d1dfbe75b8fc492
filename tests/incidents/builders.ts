import type { Envelope } from "../../events/envelope.ts";
import { type AlertEvent, type AlertSignal, toSignal } from "../../shared/incidents/alert-signal.ts";
import { makeCorrelationStore } from "../../shared/incidents/correlation-store.ts";
import type { IncidentRecord } from "../../shared/incidents/incident-record.ts";
import { makeIncidentStore } from "../../shared/incidents/incident-store.ts";
import { makeIncidentLists } from "../../shared/incidents/list-store.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { isoTime } from "../../shared/platform/clock.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { derivedId, newId } from "../../shared/platform/ids.ts";

export const noonMs = Date.parse("2026-11-20T12:00:00.000Z");
const minuteMs = 60_000;
/** So many minutes after noon. */
export const at = (minutes: number) => isoTime(noonMs + minutes * minuteMs);

export interface AlertEventInput {
  alert?: string;
  kind?: "fired" | "severity-changed" | "resolved";
  severity?: "info" | "warning" | "critical";
  rule?: string;
  labels?: Record<string, string>;
  /** Minutes after noon. */
  startedAt?: number;
  at?: number;
}

export function anAlertEvent(input: AlertEventInput = {}): AlertEvent {
  const { alert = "alt_a", kind = "fired", severity = "warning", rule = "rul_1", startedAt = 0 } = input;
  const eventAt = input.at ?? startedAt;
  const facts = {
    alertId: alert,
    ruleId: rule,
    ruleVersion: 1,
    ruleName: `Rule ${rule}`,
    fingerprint: alert,
    severity,
    labels: input.labels ?? { "service.name": "payments" },
    annotations: {},
    value: 95,
    threshold: 90,
    unit: "%",
    startedAt: at(startedAt),
    reason: "95 % > 90 %",
  };
  const head = { id: derivedId("event", kind, alert, startedAt, eventAt, severity), time: at(eventAt) };
  switch (kind) {
    case "fired":
      return { ...head, type: "alert.fired.v1", data: facts };
    case "severity-changed":
      return { ...head, type: "alert.severity-changed.v1", data: { ...facts, previousSeverity: "warning" } };
    case "resolved":
      return { ...head, type: "alert.resolved.v1", data: { ...facts, resolvedAt: at(eventAt) } };
  }
}

export function aSignal(input: AlertEventInput = {}): AlertSignal {
  return toSignal(anAlertEvent(input));
}

export function aCtx(set: Partial<Ctx> = {}): Ctx {
  return {
    tenantId: newId("tenant"),
    actor: { kind: "system", id: "incidents-correlate" },
    traceId: "trace-1",
    causationId: null,
    nowMs: noonMs + minuteMs,
    ...set,
  };
}

export const aPerson = { kind: "person", id: "usr_1", name: "Ada" } as const;

export function anIncident(set: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    id: "inc_00000000000000000000000001",
    project: "default",
    version: 1,
    title: "Rule rul_1 on payments",
    severity: "warning",
    state: "DETECTED",
    service: "payments",
    labels: { "service.name": "payments" },
    correlationKey: "service:payments",
    reason: "it fired",
    assignee: null,
    alertCount: 1,
    firingCount: 1,
    openedAt: at(0),
    acknowledgedAt: null,
    mitigatedAt: null,
    resolvedAt: null,
    updatedAt: at(0),
    timeToAcknowledgeMs: null,
    timeToResolveMs: null,
    ...set,
  };
}

/** The incidents domain on a table, with a bus that remembers. */
export function makeIncidentWorld(table: TenantTable, options: { patienceMs?: number } = {}) {
  const published: Envelope[] = [];
  const quiet = () => undefined;
  return {
    table,
    published,
    deps: {
      incidents: makeIncidentStore(table, options),
      correlations: makeCorrelationStore(table),
      lists: makeIncidentLists(table),
      publish: async (events: readonly Envelope[]) => void published.push(...events),
      checkGuard: async () => ({ guarded: true, reason: "A rule would tell.", tried: [] }),
      log: { info: quiet, warn: quiet, error: quiet, measure: quiet },
    },
  };
}

/** Everything stored about the tenant's incidents, read as the API reads it. */
export async function readAll(tenantId: string, { deps }: ReturnType<typeof makeIncidentWorld>) {
  const { items } = await deps.lists.incidents(tenantId, { limit: 200 });
  return Promise.all(
    items.map(async ({ id }) => {
      const incident = await deps.incidents.load(tenantId, id);
      if (!incident) throw new Error(`${id} is listed but not there`);
      const alerts = [];
      let cursor: string | undefined;
      do {
        const page = await deps.lists.alerts(tenantId, id, { limit: 200, cursor });
        alerts.push(...page.items);
        cursor = page.cursor ?? undefined;
      } while (cursor);
      const timeline = (await deps.lists.timeline(tenantId, id, { limit: 200 })).items;
      return { incident, alerts, timeline };
    }),
  );
}
