import { clamp, type Point, toDeviation } from "./forecast.ts";
import { service, settings } from "./settings.ts";
import { slot as at, type SeriesState } from "./state.ts";

const means = [
  { mean: at.shortMean, scale: at.shortScale, window: settings.shortWindow, warm: 40 },
  { mean: at.middleMean, scale: at.middleScale, window: settings.middleWindow, warm: 60 },
  { mean: at.longMean, scale: at.longScale, window: settings.longWindow, warm: 150 },
] as const;
/** How many points each feature looks back on. */
const windows = [
  1,
  1,
  settings.shortWindow,
  settings.middleWindow,
  settings.longWindow,
  settings.varianceWindow,
];

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

/** How far a feature's tail can be trusted: less while the series has filled its window only a few times. */
export function confidence(feature: number, count: number): number {
  const window = windows[feature] as number;
  return count / (count + settings.doubt * window);
}

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
  const count = cells[at.pace];
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
 * Lets the scales find themselves anew once a season is known: what is left of the values is another series, often a
 * tenth of the size, and scales that forget slowly would hide days of faults.
 */
export function restartScales({ cells }: SeriesState): void {
  cells[at.pace] = settings.restartPace;
  cells[at.residualScale] = 0.8 * cells[at.innovationScale];
  cells[at.widest] = settings.restartSpread * cells[at.residualScale];
  cells[at.residual] = 0;
  cells[at.believed] = 0;
  cells[at.autoTop] *= settings.restartTrust;
  cells[at.autoBottom] *= settings.restartTrust;
  for (const { mean } of means) cells[mean] = 0;
  cells[at.middleScale] *= settings.restartMeans;
  cells[at.longScale] *= settings.restartMeans;
}

/** How many deviations the point is off, from its forecast or from level and season, whichever is more. */
export function strangenessOf({ cells }: SeriesState, point: Point): number {
  const floor = service.scaleFloor * Math.max(cells[at.high] - cells[at.low], 1e-12);
  const jump = Math.abs(point.innovation) / Math.max(cells[at.innovationScale], floor);
  const offset = Math.abs(point.residual) / Math.max(1.25 * cells[at.residualScale], floor);
  return Math.min(service.mostStrangeness, Math.max(jump, offset));
}
