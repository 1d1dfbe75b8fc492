import {
  type Analysis,
  AnomalyFacts,
  ChangeFacts,
  DeploymentFacts,
  type Evidence,
  type Hypothesis,
} from "../schemas.ts";
import { visibleText } from "./visible-text.ts";

export interface EvidenceBlock {
  /** One line a piece, each under a short name. */
  text: string;
  /** Evidence ids by the short names of the lines; nothing else can be cited. */
  ids: ReadonlyMap<string, string>;
}

const mostCharacters = { full: 24_000, short: 10_000 } as const;
const summaryLength = 300;
const nameLength = 80;

/**
 * Evidence, ranked hypotheses and gaps as a model reads them. The platform's own words and numbers stand bare; all
 * that came from outside stands in quotes, visible, masked and cut. The same analysis gives the same text.
 */
export function evidenceBlock(
  { evidence, hypotheses, gaps }: Pick<Analysis, "evidence" | "hypotheses" | "gaps">,
  tenantSalt: string,
  length: keyof typeof mostCharacters,
): EvidenceBlock {
  const quoted = (text: string, most = nameLength) => JSON.stringify(visibleText(text, tenantSalt, most));
  const names = new Map(evidence.map(({ id }, i) => [id, `E${i + 1}`]));
  const ids = new Map<string, string>();
  const ranked = hypotheses.map((one) => hypothesisLine(one, names, quoted));
  const unseen = gaps.map(({ what }) => `GAP ${quoted(what, summaryLength)}`);
  let room = mostCharacters[length] - [...ranked, ...unseen].join("\n").length;
  const pieces: string[] = [];
  for (const piece of citedFirst(evidence, hypotheses)) {
    const name = names.get(piece.id) ?? "";
    const line = evidenceLine(name, piece, quoted);
    if (line.length + 1 > room) break;
    room -= line.length + 1;
    ids.set(name, piece.id);
    pieces.push(line);
  }
  return { text: [...pieces, ...ranked, ...unseen].join("\n"), ids };
}

/** What hypotheses stand on comes before what was merely seen, so that a cut takes the weakest. */
function citedFirst(evidence: readonly Evidence[], hypotheses: readonly Hypothesis[]): Evidence[] {
  const cited = new Set(hypotheses.flatMap((one) => [...one.for, ...one.against]));
  return [...evidence].sort((a, b) => Number(cited.has(b.id)) - Number(cited.has(a.id)));
}

type Quoted = (text: string, most?: number) => string;

function evidenceLine(name: string, { kind, at, service, summary, facts }: Evidence, quoted: Quoted): string {
  const where = service === null ? "" : ` service ${quoted(service)}`;
  return `${name} ${kind} at ${at}${where}${numbersOf(kind, facts, quoted)}: ${quoted(summary, summaryLength)}`;
}

function numbersOf(kind: Evidence["kind"], facts: Evidence["facts"], quoted: Quoted): string {
  if (kind === "change") {
    const change = ChangeFacts.safeParse(facts).data;
    if (!change) return "";
    const { metric, direction, before, after, strength } = change;
    return ` metric ${quoted(metric)} ${direction} from ${before} to ${after}, ${strength.toFixed(1)} times its spread`;
  }
  if (kind === "anomaly") {
    const anomaly = AnomalyFacts.safeParse(facts).data;
    return anomaly
      ? ` score ${anomaly.score.toFixed(1)}, ${anomaly.endedAt === null ? "not over" : `over at ${anomaly.endedAt}`}`
      : "";
  }
  if (kind === "deployment" || kind === "configuration") {
    const deployment = DeploymentFacts.safeParse(facts).data;
    if (!deployment) return "";
    return ` version ${quoted(deployment.version)}, ${Math.round(deployment.beforeStartMs / 1_000)} s before the start`;
  }
  return "";
}

function hypothesisLine(
  { rank, score, statement, refutation, ...rest }: Hypothesis,
  names: ReadonlyMap<string, string>,
  quoted: Quoted,
): string {
  const list = (ids: readonly string[]) => ids.flatMap((id) => names.get(id) ?? []).join(",") || "nothing";
  return `H${rank} score ${score.toFixed(2)} for ${list(rest.for)} against ${list(rest.against)} refutation ${refutation.outcome}: ${quoted(statement, summaryLength)}`;
}
