import { clamp, type Point, toDeviation } from "./forecast.ts";
import { settings } from "./settings.ts";
import { slot as at, exact as ex, type SeriesState } from "./state.ts";

const mostRun = 30;
const mostInRun = 1e6;
const means = [
  { mean: at.shortMean, scale: at.shortScale, window: settings.shortWindow, warm: 40 },
  { mean: at.middleMean, scale: at.middleScale, window: settings.middleWindow, warm: 60 },
  { mean: at.longMean, scale: at.longScale, window: settings.longWindow, warm: 150 },
] as const;

/** Moves the moving means: of the innovation over a short window, of the residual over a middle and a long one. */
export function followMeans({ cells }: SeriesState, point: Point): void {
  const jolt = clamp(point.surprise, -settings.learnClip, settings.learnClip);
  const offset = clamp(point.residual / point.residualScale, -8, 8);
  cells[at.shortMean] += (jolt - cells[at.shortMean]) / settings.shortWindow;
  cells[at.middleMean] += (offset - cells[at.middleMean]) / settings.middleWindow;
  cells[at.longMean] += (offset - cells[at.longMean]) / settings.longWindow;
  const energy = Math.min(point.surprise * point.surprise, 25);
  cells[at.energy] += (energy - cells[at.energy]) / settings.varianceWindow;
}

const logEnergy = (state: SeriesState) => Math.log10(state.cells[at.energy] + 0.05);

/** The features that have a tail, each in units of its own scale, in the order of `features`. */
export function standings(state: SeriesState, point: Point, into: Float64Array): void {
  const { cells } = state;
  into[0] = point.surprise;
  into[1] = -point.surprise;
  into[2] = Math.abs(cells[at.shortMean]) / Math.max(cells[at.shortScale], 0.05);
  into[3] = Math.abs(cells[at.middleMean]) / Math.max(cells[at.middleScale], 0.05);
  into[4] = Math.abs(cells[at.longMean]) / Math.max(cells[at.longScale], 0.05);
  into[5] = (logEnergy(state) - cells[at.energyMean]) / Math.max(cells[at.energyScale], 0.02);
}

/** Lets the scales of the moving features follow. */
export function learnScales(state: SeriesState, point: Point): void {
  const { cells } = state;
  const count = cells[at.count];
  const share = point.weight / Math.min(count, settings.scaleMemory);
  for (const { mean, scale, warm } of means) {
    const limit = count < warm ? Number.POSITIVE_INFINITY : settings.learnClip * cells[scale];
    cells[scale] += share * (toDeviation * Math.min(Math.abs(cells[mean]), limit) - cells[scale]);
  }
  const limit = count < 40 ? Number.POSITIVE_INFINITY : settings.learnClip * cells[at.energyScale];
  const off = logEnergy(state) - cells[at.energyMean];
  cells[at.energyMean] += share * clamp(off, -limit, limit);
  cells[at.energyScale] += share * (toDeviation * Math.min(Math.abs(off), limit) - cells[at.energyScale]);
}

/**
 * −log10 of the chance that a value repeats itself this often, by how long runs of this series last; 0 while longer
 * ones have been seen.
 */
export function followRun({ cells, exact }: SeriesState, value: number): number {
  if (value === exact[ex.lastValue]) cells[at.run] = Math.min(cells[at.run] + 1, mostInRun);
  else {
    if (cells[at.run] > 0) {
      cells[at.longestRun] = Math.max(cells[at.longestRun], cells[at.run]);
      cells[at.runs] = Math.min(cells[at.runs] + 1, mostInRun);
      cells[at.runLength] = Math.min(cells[at.runLength] + Math.min(cells[at.run] - 1, mostRun), mostInRun);
    }
    cells[at.run] = 0;
  }
  exact[ex.lastValue] = value;
  if (cells[at.run] < 2 || cells[at.run] <= 1.5 * cells[at.longestRun]) return 0;
  const goesOn = (cells[at.runLength] + 1) / (cells[at.runLength] + cells[at.runs] + 2);
  return Math.min(40, -(cells[at.run] - 1) * Math.log10(goesOn));
}
