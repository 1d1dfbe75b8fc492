import { systemOf } from "./labelled-cases.ts";
import { seededRandom } from "./random.ts";
import { type CauseScore, type Ranks, scoreRanks } from "./score.ts";

const resamples = 1000;

/** The 95 % bootstrap interval of a figure, cases redrawn within each system. */
export function interval(all: readonly Ranks[], pick: (score: CauseScore) => number): [number, number] {
  const random = seededRandom(20260101);
  const bySystem = new Map<string, Ranks[]>();
  for (const ranks of all) {
    const system = systemOf(ranks.truth);
    bySystem.set(system, [...(bySystem.get(system) ?? []), ranks]);
  }
  const figures = Array.from({ length: resamples }, () =>
    pick(
      scoreRanks(
        [...bySystem.values()].flatMap((ranks) =>
          ranks.map(() => ranks[Math.floor(random() * ranks.length)] as Ranks),
        ),
      ),
    ),
  ).sort((a, b) => a - b);
  return [figures[Math.floor(0.025 * resamples)] ?? 0, figures[Math.floor(0.975 * resamples)] ?? 0];
}
