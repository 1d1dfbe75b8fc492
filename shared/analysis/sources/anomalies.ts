import { type AnomalyStore, isSeen } from "../../anomalies/index.ts";
import type { Anomaly } from "../../anomalies/schemas.ts";
import { isoTime } from "../../platform/clock.ts";
import { derivedId } from "../../platform/ids.ts";
import { entityOf } from "../../services/index.ts";
import { anomalyLink } from "../links.ts";
import { plainWords, spellValue } from "../plain-words.ts";
import type { AnomalyFacts, Evidence } from "../schemas.ts";
import type { EvidenceSource, Scope, Window } from "../scope.ts";

export interface AnomaliesDeps {
  tenantId: string;
  anomalies: Pick<AnomalyStore, "list">;
}

/** What has lasted longer than this when an incident begins is what its service is like by now. */
const longestMs = 86_400_000;
const pageSize = 200;
const maxPages = 3;
const maxShown = 30;
const maxContributions = 5;
/** Late data, or a person, said that it was none. */
const takenBack: ReadonlySet<Anomaly["outcome"]> = new Set(["withdrawn", "dismissed"]);

/** What detectors found unlike itself in reach, and which lasted into the time looked at; the rarest first. */
export const anomaliesSource: EvidenceSource<AnomaliesDeps> = {
  name: "anomalies",
  async find(scope, window, { tenantId, anomalies }) {
    const within = { projects: [scope.incident.project] };
    const near = (await begunUntil(window, tenantId, anomalies))
      .filter((one) => isSeen(within, one))
      .filter((one) => lastedInto(one, window.fromMs) && scope.reach.entities.includes(entityOfAnomaly(one)))
      .sort((a, b) => b.score - a.score || (a.startedAt < b.startedAt ? -1 : 1));
    return { evidence: near.slice(0, maxShown).map((one) => toEvidence(scope, one)) };
  },
};

async function begunUntil(
  { startMs, toMs }: Window,
  tenantId: string,
  anomalies: AnomaliesDeps["anomalies"],
): Promise<Anomaly[]> {
  const span = { from: isoTime(startMs - longestMs), to: isoTime(toMs) };
  const begun: Anomaly[] = [];
  let cursor: string | undefined;
  for (let read = 0; read < maxPages; read++) {
    const page = await anomalies.list(tenantId, span, pageSize, cursor);
    begun.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  return begun;
}

function lastedInto({ endedAt, outcome }: Anomaly, fromMs: number): boolean {
  return !takenBack.has(outcome) && (endedAt === null || Date.parse(endedAt) >= fromMs);
}

const entityOfAnomaly = ({ service, labels }: Anomaly) => service ?? entityOf(labels) ?? "";

function toEvidence({ incident }: Scope, anomaly: Anomaly): Evidence {
  const { id, kind, metric, labels, unit, mode, score, value, expected, band, feature } = anomaly;
  const facts: AnomalyFacts = {
    anomalyId: id,
    kind,
    ...{ metric, labels, unit, mode, score, value, expected, band, feature },
    contributions: anomaly.contributions.slice(0, maxContributions),
    endedAt: anomaly.endedAt,
  };
  return {
    id: derivedId("evidence", incident.id, "anomaly", id),
    kind: "anomaly",
    source: "anomalies",
    at: anomaly.startedAt,
    service: entityOfAnomaly(anomaly),
    provenance: {
      from: "telemetry",
      untrusted: [
        "service",
        "summary",
        "facts.metric",
        "facts.labels.*",
        "facts.unit",
        "facts.contributions.*.metric",
        "facts.contributions.*.labels.*",
      ],
    },
    link: anomalyLink(id),
    summary: summaryOf(anomaly),
    facts,
  };
}

function summaryOf(anomaly: Anomaly): string {
  const { kind, metric, unit, value, band, contributions, score, mode, startedAt } = anomaly;
  const most = contributions.slice(0, 3).map((one) => plainWords(one.metric));
  const what =
    kind === "vector"
      ? `its metrics together${most.length > 0 ? `, most of all ${most.join(", ")},` : ""} were unlike themselves`
      : `${plainWords(metric ?? "a metric")} was unlike itself`;
  const level =
    value === null || band === null
      ? ""
      : `, ${spellValue(value, unit)} where ${spellValue(band.low, unit)} to ${spellValue(band.high, unit)} is ordinary`;
  const watched = mode === "shadow" ? "; its detector only watches so far" : "";
  return `${plainWords(entityOfAnomaly(anomaly))}: ${what} from ${startedAt.slice(11, 19)} UTC${level} (score ${score.toFixed(1)})${watched}.`;
}
