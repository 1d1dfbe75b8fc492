import type { AnomalyDetectedV1 } from "../../events/anomalies.ts";
import type { Envelope } from "../../events/envelope.ts";
import { makeRuleStore } from "../../shared/alerts/index.ts";
import {
  makeAnalysisStore,
  makeBudgetStore,
  makePostMortemStore,
  makeSignatureStore,
  type RunRequest,
} from "../../shared/analysis/index.ts";
import { makeAnomalyStore } from "../../shared/anomalies/index.ts";
import type { Anomaly } from "../../shared/anomalies/schemas.ts";
import { makeDeploymentStore, recordDeployment } from "../../shared/deployments/index.ts";
import { DeploymentInput } from "../../shared/deployments/schemas.ts";
import type { AlertSignal } from "../../shared/incidents/alert-signal.ts";
import { correlateAlerts } from "../../shared/incidents/correlate-alerts.ts";
import { makeCorrelationStore } from "../../shared/incidents/correlation-store.ts";
import type { IncidentRecord } from "../../shared/incidents/index.ts";
import { makeIncidentLists, makeIncidentStore } from "../../shared/incidents/index.ts";
import { decodeJsonMetrics } from "../../shared/ingest/otlp/json-metrics.ts";
import {
  makeDynamoMetricStore,
  makeMetricStorage,
  openSeriesCatalog,
  type PointBatch,
} from "../../shared/metrics/index.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { newId } from "../../shared/platform/ids.ts";
import { makeServiceStore } from "../../shared/services/index.ts";
import { aLog } from "../platform/builders.ts";
import { shopHistory } from "../support/shop-history.ts";

export const noonMs = Date.parse("2026-11-20T12:00:00.000Z");
const minuteMs = 60_000;
export const failingMs = 90_000;

/** Everything analyses work with, on one table and with a clock that is set by hand. */
export function makeAnalysisWorld(table: TenantTable) {
  const published: Envelope[] = [];
  const clock = { nowMs: noonMs };
  const log = aLog();
  const publish = async (events: readonly Envelope[]) => void published.push(...events);
  const env = { METRIC_STORE: "dynamodb" as const, METRIC_RETENTION_DAYS: 400 };
  const storage = makeMetricStorage(table, { now: () => clock.nowMs });
  const deps = {
    analyses: makeAnalysisStore(table),
    signatures: makeSignatureStore(table),
    budget: makeBudgetStore(table),
    postMortems: makePostMortemStore(table),
    incidents: makeIncidentStore(table),
    correlations: makeCorrelationStore(table),
    lists: makeIncidentLists(table),
    rules: makeRuleStore(table),
    metrics: makeDynamoMetricStore(storage),
    index: openSeriesCatalog(env, table),
    services: makeServiceStore(table),
    deployments: makeDeploymentStore(table),
    anomalies: makeAnomalyStore(table),
    publish,
    log,
    nowMs: () => clock.nowMs,
  };
  return { table, deps, published, clock, log };
}
export type AnalysisWorld = ReturnType<typeof makeAnalysisWorld>;

export function aCtx(set: Partial<Ctx> = {}): Ctx {
  return {
    tenantId: newId("tenant"),
    actor: { kind: "system", id: "analysis-run" },
    traceId: "trace-1",
    causationId: null,
    nowMs: noonMs,
    ...set,
  };
}

export const aPerson = { kind: "person", id: "usr_1", name: "Ada" } as const;

let shop: PointBatch[] | undefined;

/** The demo shop's telemetry: ten good minutes, then payments fails until noon. */
export async function storeShop(ctx: Ctx, { deps }: AnalysisWorld): Promise<void> {
  shop ??= shopHistory(
    [
      { phase: "good", forMs: 10 * minuteMs },
      { phase: "failing", forMs: failingMs },
    ],
    noonMs,
  ).map((body) => decodeJsonMetrics(Buffer.from(JSON.stringify(body))).points);
  const batches = shop.map((points, i) => ({
    batchId: `${ctx.tenantId}-${i}`,
    receivedAtMs: noonMs,
    points,
  }));
  await deps.metrics.write(ctx.tenantId, batches);
}

export interface Told {
  ruleName?: string;
  labels?: Record<string, string>;
  reason?: string;
  alertId?: string;
  project?: string;
}

export function aSignal({
  ruleName = "Answers are slow",
  labels,
  reason,
  alertId = "alt_slow",
  project = "default",
}: Told = {}): AlertSignal {
  const startedAt = new Date(noonMs - 45_000).toISOString();
  return {
    eventId: newId("event"),
    eventAt: startedAt,
    alertId,
    ruleId: "rul_slow",
    ruleName,
    severity: "critical",
    labels: { "service.name": "checkout", ...labels },
    value: 4.5,
    threshold: 1,
    unit: "s",
    startedAt,
    resolvedAt: null,
    project,
    reason: reason ?? "4.5 s > 1 s",
  };
}

/** An incident of checkout, opened by these alerts. */
export async function openIncident(
  ctx: Ctx,
  { deps }: AnalysisWorld,
  signals: readonly AlertSignal[] = [aSignal()],
): Promise<IncidentRecord> {
  await correlateAlerts(ctx, signals, deps);
  const { items } = await deps.lists.incidents(ctx.tenantId, { state: "open", limit: 200 });
  const [first] = signals;
  const incident = items.find(
    ({ service, project }) => service === first?.labels["service.name"] && project === first?.project,
  );
  if (!incident) throw new Error("no incident opened");
  return incident;
}

export async function deploy(
  ctx: Ctx,
  { deps }: AnalysisWorld,
  set: Partial<DeploymentInput> & { service: string },
): Promise<string> {
  const at = new Date(noonMs - failingMs - 10_000).toISOString();
  const input = DeploymentInput.parse({ version: "2.4.0", at, ...set });
  return (await recordDeployment(ctx, input, deps)).deployment.id;
}

/** Keeps an anomaly of payments, which is there when it begins to fail. */
export async function findAnomaly(ctx: Ctx, { deps }: AnalysisWorld, set: Partial<Anomaly> = {}) {
  const startedAt = new Date(noonMs - failingMs).toISOString();
  const service = set.service === undefined ? "payments" : set.service;
  const anomaly: Anomaly = {
    id: newId("anomaly"),
    kind: "metric",
    state: "open",
    mode: "paging",
    modeReason: "Its class has passed the gate.",
    metric: "http.server.request.duration",
    seriesId: "series",
    signal: "mean",
    service,
    labels: service === null ? {} : { "service.name": service },
    unit: "s",
    startedAt,
    endedAt: null,
    outcome: null,
    peakAt: startedAt,
    value: 2.2,
    expected: 0.2,
    band: { low: 0.1, high: 0.3 },
    score: 6.4,
    sensitivity: "low",
    feature: "up",
    contributions: [],
    secondOpinion: null,
    triage: null,
    metricClass: "mean/time/none",
    detectorVersion: "metric.1",
    feedback: [],
    reason: "It jumped up.",
    version: 1,
    ...set,
  };
  await deps.anomalies.save(ctx.tenantId, anomaly, null, []);
  return anomaly;
}

export function aDetected(set: Partial<AnomalyDetectedV1> = {}): AnomalyDetectedV1 {
  return {
    anomalyId: newId("anomaly"),
    kind: "metric",
    metric: "http.server.errors",
    seriesId: "series",
    service: "payment",
    labels: { host: "a" },
    unit: "1/s",
    value: 14.5,
    expected: 0.1,
    band: { low: 0, high: 0.4 },
    score: 8,
    feature: "up",
    contributions: [],
    since: "2026-11-20T11:58:00.000Z",
    at: "2026-11-20T11:58:00.000Z",
    mode: "paging",
    metricClass: "rate/count/none",
    detectorVersion: "metric.1",
    sensitivity: "low",
    reason: "It jumped up.",
    previousSensitivity: null,
    ...set,
  };
}

export function aRequest(
  incident: Pick<IncidentRecord, "id" | "version">,
  set: Partial<RunRequest> = {},
): RunRequest {
  return {
    incidentId: incident.id,
    trigger: "opened",
    incidentVersion: incident.version,
    askedMs: noonMs,
    ...set,
  };
}
