import { derivedId } from "../../platform/ids.ts";
import { incidentLink } from "../links.ts";
import { plainWords } from "../plain-words.ts";
import type { Evidence, SimilarFacts } from "../schemas.ts";
import type { EvidenceSource, Scope } from "../scope.ts";
import type { PastCase, SignatureStore } from "../signature-store.ts";
import { similarityOf } from "../similarity.ts";

export interface SimilarDeps {
  tenantId: string;
  signatures: SignatureStore;
}

const leastSimilarity = 0.35;
const maxShown = 5;
/** What nobody confirmed counts half. */
const unconfirmed = 0.5;

/** Earlier incidents of the same project that looked alike, and what they came from. */
export const similarSource: EvidenceSource<SimilarDeps> = {
  name: "incidents",
  async find(scope, window, { tenantId, signatures }) {
    const { incident } = scope;
    const signature = {
      service: scope.incident.service,
      rules: ruleMarks(scope),
      labels: scope.incident.labels,
    };
    const past = await signatures.before(tenantId, window.startMs);
    const alike = past
      .filter(({ incidentId, project }) => incidentId !== incident.id && project === incident.project)
      .map((one) => ({ one, similarity: similarityOf(signature, one) }))
      .filter(({ similarity }) => similarity >= leastSimilarity)
      .sort((a, b) => b.similarity - a.similarity || (a.one.openedAt < b.one.openedAt ? 1 : -1))
      .slice(0, maxShown);
    return {
      evidence: alike.map(({ one, similarity }) => toEvidence(scope, one, similarity)),
      precedents: alike.flatMap(({ one, similarity }) =>
        one.cause === null
          ? []
          : [
              {
                service: one.cause.service,
                metric: one.cause.metric,
                similarity: Math.min(1, similarity * (one.validated ? 1 : unconfirmed)),
              },
            ],
      ),
    };
  },
};

/** The rules that fired and the metric that the first of them watches. */
export function ruleMarks({ alerts, targetMetric }: Pick<Scope, "alerts" | "targetMetric">): string[] {
  const names = alerts.map(({ ruleName }) => ruleName);
  return [...new Set([...names, ...(targetMetric === null ? [] : [targetMetric])])].sort().slice(0, 20);
}

function toEvidence({ incident }: Scope, past: PastCase, similarity: number): Evidence {
  const facts: SimilarFacts = {
    incidentId: past.incidentId,
    title: past.title,
    openedAt: past.openedAt,
    similarity,
    cause: past.cause,
    humanValidated: past.validated,
  };
  const came = past.cause
    ? `${past.validated ? "a person confirmed that it came" : "it was held to come"} from ${plainWords(past.cause.service)}`
    : "its cause was not found";
  return {
    id: derivedId("evidence", incident.id, "similar-incident", past.incidentId),
    kind: "similar-incident",
    source: "incidents",
    at: past.openedAt,
    service: past.cause?.service ?? past.service,
    provenance: {
      from: "telemetry",
      untrusted: ["service", "summary", "facts.title", "facts.cause.service", "facts.cause.metric"],
    },
    link: incidentLink(past.incidentId),
    summary: `"${plainWords(past.title)}" on ${past.openedAt.slice(0, 10)} looked alike (${Math.round(similarity * 100)} %); ${came}.`,
    facts,
  };
}
