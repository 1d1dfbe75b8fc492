import type { Analysis, Claim, Evidence, Hypothesis } from "./schemas.ts";

/** What a question in plain words is after. */
const intents = [
  { words: /\b(why|cause[sd]?|reason|broke|root|fault|blame)\b/, kinds: [], aboutCause: true },
  {
    words: /\b(deploy\w*|release\w*|version|rollout|ship\w*|roll ?back)\b/,
    kinds: ["deployment"],
    aboutCause: false,
  },
  {
    words: /\b(config\w*|flag\w*|setting\w*|chang\w*)\b/,
    kinds: ["configuration", "deployment", "change"],
    aboutCause: false,
  },
  {
    words: /\b(alert\w*|fir(?:ed|ing)|impact|affect\w*|customer\w*|severity)\b/,
    kinds: ["alert"],
    aboutCause: false,
  },
  {
    words: /\b(metric\w*|latenc\w*|slow\w*|error\w*|fail\w*|cpu|memory|traffic|when|start\w*|began)\b/,
    kinds: ["change"],
    aboutCause: false,
  },
  {
    words: /\b(before|similar|earlier|again|happened|history|precedent|last time)\b/,
    kinds: ["similar-incident"],
    aboutCause: false,
  },
  { words: /\b(unusual|anomal\w*|odd|strange)\b/, kinds: ["anomaly", "change"], aboutCause: false },
] as const;

const noise = new Set(
  "a an and are as at be been by can did do does for from had has have how i in is it its me of on or our the their there this to was we were what when where which who why with you".split(
    " ",
  ),
);
const most = 5;
const kindPoints = 2;

/** The sentences of this analysis that answer the question, each with what it stands on; empty where none does. */
export function answerByRules(question: string, { hypotheses, evidence }: Analysis): Claim[] {
  const asked = question.toLowerCase().slice(0, 1_000);
  const meant = intents.filter(({ words }) => words.test(asked));
  const terms = termsOf(asked);
  const claims: Claim[] = [];
  const ids = new Set(evidence.map(({ id }) => id));
  if (meant.some(({ aboutCause }) => aboutCause)) claims.push(...causeClaims(hypotheses, ids));
  const kinds = new Set<string>(meant.flatMap((intent) => [...intent.kinds]));
  const scored = evidence
    .map((piece, at) => ({ piece, at, points: pointsOf(piece, terms, kinds) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.at - b.at);
  claims.push(...scored.map(({ piece }) => ({ text: piece.summary, evidenceIds: [piece.id] })));
  return claims.slice(0, most);
}

function causeClaims(hypotheses: readonly Hypothesis[], ids: ReadonlySet<string>): Claim[] {
  return hypotheses.slice(0, 2).flatMap(({ statement, score, rank, for: supporting }) => {
    const evidenceIds = supporting.filter((id) => ids.has(id)).slice(0, most);
    const place = rank === 1 ? "Likeliest" : "Next";
    return evidenceIds.length > 0
      ? [{ text: `${place} (score ${score.toFixed(2)}): ${statement}`, evidenceIds }]
      : [];
  });
}

/** Names that the question shares with the piece, and whether it asks for its kind. */
function pointsOf(
  { kind, service, summary }: Evidence,
  terms: readonly string[],
  kinds: ReadonlySet<string>,
): number {
  const own = new Set(termsOf(`${service ?? ""} ${summary}`.toLowerCase()));
  const shared = terms.filter((term) => own.has(term)).length;
  return shared + (kinds.has(kind) ? kindPoints : 0);
}

function termsOf(text: string): string[] {
  const words = text.split(/[^\p{L}\p{N}_.-]+/u).flatMap((word) => [word, ...word.split(/[._-]/)]);
  return [...new Set(words)].filter((word) => word.length > 2 && !noise.has(word));
}
