import { slot as at, exact as ex, type SeriesState } from "./state.ts";

const most = 1e6;
const mostStrength = 40;
/** Shorter runs say nothing: counters and gauges of quiet services stand still that long. */
const leastRun = 30;
/** While few runs have been seen, one teaches no more than this, or what the longest one before it allows. */
const fewRuns = 6;
const firstRun = 8;
const mostTaught = 30;

/**
 * −log10 of the chance that a run of equal values begins and goes on this long, by how often and how long values of
 * this series repeat; 0 while longer runs have been seen. The first runs teach only a little, so that a value that
 * once froze does not excuse the next time.
 */
export function followRun(state: SeriesState, value: number): number {
  const { cells, exact } = state;
  if (value === exact[ex.lastValue]) cells[at.run] = Math.min(cells[at.run] + 1, most);
  else {
    if (cells[at.run] > 0) learnRun(state);
    cells[at.run] = 0;
  }
  exact[ex.lastValue] = value;
  if (cells[at.run] < leastRun || cells[at.run] <= 1.5 * cells[at.longestRun]) return 0;
  const goesOn = (cells[at.runLength] + 1) / (cells[at.runLength] + cells[at.runs] + 2);
  const begins = (cells[at.runs] + 1) / (cells[at.count] + 2);
  return Math.min(mostStrength, -(cells[at.run] - 1) * Math.log10(goesOn) - Math.log10(begins));
}

function learnRun({ cells }: SeriesState): void {
  const known = cells[at.runs] > fewRuns;
  const length = known ? cells[at.run] : Math.min(cells[at.run], 2 * cells[at.longestRun] + firstRun);
  cells[at.longestRun] = Math.max(cells[at.longestRun], length);
  cells[at.runs] = Math.min(cells[at.runs] + 1, most);
  const taught = Math.min(cells[at.run] - 1, firstRun + cells[at.runs], mostTaught);
  cells[at.runLength] = Math.min(cells[at.runLength] + taught, most);
}
