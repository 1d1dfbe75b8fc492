import type { Drift } from "./schemas.ts";

const edges = [0, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7, 10];
const fewestScores = 2_000;
const steadyBelow = 0.1;
const driftedAbove = 0.25;
/** An empty bin would make the index infinite. */
const leastShare = 1e-4;

/**
 * How far today's scores lie from those of the time of acceptance: the population stability index over fixed bins,
 * Σ (p − q) ln(p/q).
 */
export function driftOf(
  scores: readonly number[],
  accepted: readonly number[] | undefined,
  at: string,
): Drift {
  const today = sharesOf(scores);
  const before = accepted && accepted.length === edges.length ? [...accepted] : today;
  const index = today.reduce((sum, share, i) => {
    const [p, q] = [Math.max(leastShare, share), Math.max(leastShare, before[i] ?? 0)];
    return sum + (p - q) * Math.log(p / q);
  }, 0);
  const verdict =
    scores.length < fewestScores
      ? "too-few-scores"
      : index < steadyBelow
        ? "steady"
        : index > driftedAbove
          ? "drifted"
          : "moving";
  return { at, index, verdict, scoreCount: scores.length, edges: [...edges], accepted: before, today };
}

function sharesOf(scores: readonly number[]): number[] {
  const counts = edges.map(() => 0);
  for (const score of scores) {
    const bin = edges.findLastIndex((edge) => score >= edge);
    if (bin >= 0) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => count / Math.max(1, scores.length));
}
