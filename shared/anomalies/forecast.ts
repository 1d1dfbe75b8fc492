import { learnSeason, seasonAt } from "./season.ts";
import { settings } from "./settings.ts";
import { slot as at, exact as ex, type SeriesState } from "./state.ts";

/** One point on its way through the detector, in the series' own scale; one object is used again for every point. */
export interface Point {
  timeMs: number;
  x: number;
  /** Value less level; less level and season. */
  deviation: number;
  residual: number;
  /** What the last residual lets expect of this one. */
  echo: number;
  innovation: number;
  /** Standard deviations of innovation and residual, and the innovation in units of its own. */
  scale: number;
  residualScale: number;
  surprise: number;
  /** How much this point may teach: below 1 when it is suspicious. */
  weight: number;
  gap: boolean;
}

const gapIntervals = 6;
const warmScale = 16;
const warmClip = 24;
/** Mean absolute deviation to standard deviation of a normal variable. */
export const toDeviation = 1.2533;
export const clamp = (value: number, low: number, high: number): number =>
  value < low ? low : Math.min(value, high);

/** Forecasts the point from what came before it: level, season and autocorrelation; fills in what it missed by. */
export function forecast(state: SeriesState, point: Point): void {
  const { cells, exact } = state;
  point.gap =
    exact[ex.intervalMs] > 0 && point.timeMs - exact[ex.lastMs] > gapIntervals * exact[ex.intervalMs];
  point.deviation = point.x - cells[at.level];
  point.residual = point.deviation - seasonAt(state, point.timeMs, point.deviation);
  const range = Math.max(cells[at.high] - cells[at.low], 1e-12);
  const floor = settings.scaleFloor * Math.min(range, Math.max(settings.spread * cells[at.widest], 1e-12));
  point.echo = point.gap ? 0 : clamp(cells[at.autoTop] / cells[at.autoBottom], 0, 0.99) * cells[at.believed];
  point.innovation = point.residual - point.echo;
  point.scale = Math.max(cells[at.innovationScale], floor);
  point.residualScale = Math.max(cells[at.residualScale] * 1.25, floor);
  point.surprise = cells[at.count] > warmScale ? point.innovation / point.scale : 0;
}

/** Lets level, season, autocorrelation and scales follow the point, none of them further than a few scales. */
export function learnForecast(state: SeriesState, point: Point): void {
  const { cells, profile } = state;
  const { deviation, residual, residualScale, innovation, scale } = point;
  const count = cells[at.count];
  const limit = count < warmClip ? Number.POSITIVE_INFINITY : settings.learnClip * residualScale;
  if (profile.length > 0 && cells[at.ready] === 1) {
    learnSeason(state, point, limit);
    cells[at.level] += clamp(residual, -limit, limit) / Math.min(count, settings.levelMemory);
  } else
    cells[at.level] +=
      clamp(deviation, -limit, limit) / Math.min(count, profile.length > 0 ? 100 : settings.levelMemory);
  const share = point.weight / Math.min(cells[at.pace], settings.scaleMemory);
  const widest = 5 * residualScale;
  const seen = Math.min(Math.abs(residual), count < warmClip ? Number.POSITIVE_INFINITY : widest);
  cells[at.residualScale] += share * (seen - cells[at.residualScale]);
  if (!point.gap) {
    const now = clamp(residual, -widest, widest);
    const before = clamp(cells[at.residual], -widest, widest);
    cells[at.autoTop] += share * (now * before - cells[at.autoTop]);
    cells[at.autoBottom] += share * (before * before - cells[at.autoBottom]);
  }
  const jolt =
    count < warmClip ? Math.abs(innovation) : Math.min(Math.abs(innovation), settings.learnClip * scale);
  cells[at.innovationScale] += share * (toDeviation * jolt - cells[at.innovationScale]);
  const believed = settings.believedInnovation * scale;
  cells[at.believed] = point.gap ? residual : point.echo + clamp(innovation, -believed, believed);
  cells[at.residual] = residual;
  cells[at.widest] = Math.max(cells[at.widest], Math.abs(residual));
}
