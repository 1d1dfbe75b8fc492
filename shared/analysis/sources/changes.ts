import type { MetricStore } from "../../metrics/index.ts";
import { isoTime } from "../../platform/clock.ts";
import { derivedId } from "../../platform/ids.ts";
import { alertTimeOf } from "../alert-time.ts";
import { metricLink } from "../links.ts";
import { type Measured, measure } from "../measure.ts";
import { plainWords, spellValue } from "../plain-words.ts";
import { type MetricChange, metricChange } from "../ranking/metric-change.ts";
import type { ChangeFacts, Evidence } from "../schemas.ts";
import type { EvidenceSource, Scope, Window } from "../scope.ts";

export interface ChangesDeps {
  tenantId: string;
  metrics: Pick<MetricStore, "readPoints">;
  /** Ends the reading when the time budget does. */
  signal: AbortSignal;
}

const maxChanges = 60;
const maxChangesAService = 8;
/** As far as its calm history went now and then is 1. */
const leastStrength = 1.5;

/** Metrics in reach that left their history around the start, the strongest first. */
export const changesSource: EvidenceSource<ChangesDeps> = {
  name: "metrics",
  async find(scope, window, { tenantId, metrics, signal }) {
    const { measured, tooLarge } = await measure(tenantId, scope.reach, window, metrics, signal);
    const all = measured.map(({ series }) => series);
    const alertTime = alertTimeOf(all, window.startMs);
    const changes = measured
      .map((one) => ({ one, change: metricChange(one.series, alertTime) }))
      .filter(({ change }) => Math.abs(change.strength) >= leastStrength && change.changedAt !== undefined)
      .sort((a, b) => Math.abs(b.change.strength) - Math.abs(a.change.strength));
    const kept = fewOfEach(changes).slice(0, maxChanges);
    const evidence = kept.map(({ one, change }) => toEvidence(scope, window, one, change));
    return { evidence, measured, missed: missedBy(measured, tooLarge, window) };
  },
};

interface Changed {
  one: Measured;
  change: MetricChange;
}

function fewOfEach(changes: readonly Changed[]): Changed[] {
  const counts = new Map<string, number>();
  return changes.filter(({ one }) => {
    const count = (counts.get(one.series.service) ?? 0) + 1;
    counts.set(one.series.service, count);
    return count <= maxChangesAService;
  });
}

function toEvidence(
  { incident }: Scope,
  window: Window,
  { series, query, labels }: Measured,
  change: MetricChange,
): Evidence {
  const changedAtMs = Math.round((change.changedAt ?? 0) * 1000);
  const direction = change.strength > 0 ? ("up" as const) : ("down" as const);
  const unit = series.unit || null;
  const facts: ChangeFacts = {
    service: series.service,
    metric: series.metric,
    unit,
    peer: series.peer ?? null,
    labels,
    query: { ...query, toMs: window.toMs },
    changedAtMs,
    before: change.usual,
    after: change.came,
    direction,
    strength: Math.abs(change.strength),
  };
  const peer = series.peer ? ` (with ${plainWords(series.peer)})` : "";
  const moved = `${direction === "up" ? "rose" : "fell"} from ${spellValue(change.usual, unit)} to ${spellValue(change.came, unit)}`;
  const clock = isoTime(changedAtMs).slice(11, 19);
  return {
    id: derivedId("evidence", incident.id, "change", series.service, series.metric, series.peer ?? ""),
    kind: "change",
    source: "metrics",
    at: isoTime(changedAtMs),
    service: series.service,
    provenance: {
      from: "telemetry",
      untrusted: [
        "service",
        "summary",
        "facts.service",
        "facts.metric",
        "facts.unit",
        "facts.peer",
        "facts.labels.*",
      ],
    },
    link: metricLink(facts.query),
    summary: `${plainWords(series.service)}: ${plainWords(series.metric)}${peer} ${moved} at ${clock} UTC.`,
    facts,
  };
}

const leastCalmPoints = 10;

function missedBy(measured: readonly Measured[], tooLarge: readonly string[], { startMs }: Window) {
  const young = measured.filter(
    ({ series }) =>
      series.values.filter((value, i) => value !== null && (series.timestamps[i] ?? 0) * 1000 < startMs)
        .length < leastCalmPoints,
  );
  const large = tooLarge.length;
  return [
    ...(young.length > 0
      ? [
          {
            what: `${young.length} of ${measured.length} series have too short a history to tell what is usual for them.`,
            remedy: "Nothing to do: an hour of calm telemetry is enough, and it fills by itself.",
            link: null,
          },
        ]
      : []),
    ...(large > 0
      ? [
          {
            what: `${large} ${large === 1 ? "metric has" : "metrics have"} more points than an analysis reads: ${tooLarge
              .slice(0, 3)
              .map((name) => plainWords(name))
              .join(", ")}.`,
            remedy: "Drop labels that tell too many series apart, like ids of requests or users.",
            link: "/metrics",
          },
        ]
      : []),
  ];
}
