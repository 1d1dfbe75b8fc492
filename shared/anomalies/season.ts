import { settings } from "./settings.ts";
import { slot as at, exact as ex, type SeriesState } from "./state.ts";

const dayMs = 86_400_000;
const mostBins = 288;
const fewestBins = 12;
const weekendLearntAfter = 40;
const weekendMemory = 60;
const gainMemory = 576;
const daysToShowRhythm = 8;

/** How many parts of the day a series of this interval is profiled in; 0 when it is too coarse for a daily shape. */
export function profileBins(intervalMs: number): number {
  const bins = Math.min(mostBins, Math.round(dayMs / intervalMs));
  return bins < fewestBins ? 0 : bins;
}

const part = (timeMs: number, lengthMs: number) => timeMs / lengthMs - Math.floor(timeMs / lengthMs);
const binOf = (timeMs: number, bins: number) => Math.min(bins - 1, Math.floor(part(timeMs, dayMs) * bins));
const isWeekend = (timeMs: number) => part(timeMs + 3 * dayMs, 7 * dayMs) >= 5 / 7;

/** The part of the profile's swing that showed in the days so far: 0 when the profile foretells nothing. */
function gainOf({ cells }: SeriesState): number {
  const gain = cells[at.gainBottom] > 0 ? cells[at.gainTop] / cells[at.gainBottom] : 0;
  return gain < settings.leastGain ? 0 : Math.min(gain, 1.2);
}

/**
 * The seasonal part of a value: the daily profile times its gain. Weekends have a gain of their own; until one has been
 * seen, anything between half and all of the weekday's swing is as expected, so the nearest of these to `deviation`.
 */
export function seasonAt(state: SeriesState, timeMs: number, deviation: number): number {
  const { cells, profile } = state;
  if (cells[at.ready] === 0) return 0;
  const gain = gainOf(state);
  const swing = gain * (profile[binOf(timeMs, profile.length)] as number);
  if (swing === 0 || !isWeekend(timeMs)) return swing;
  if (cells[at.weekendCount] < weekendLearntAfter || cells[at.weekendBottom] < 0.02 * cells[at.gainBottom])
    return swing * Math.min(1, Math.max(0.5, deviation / swing));
  return (swing / gain) * Math.min(1.3, Math.max(0, cells[at.weekendTop] / cells[at.weekendBottom]));
}

/** Takes a point of the first day: bins are means of the raw values, for no level is known to lean on. */
export function sketchProfile(state: SeriesState, timeMs: number, value: number): void {
  const { cells, profile } = state;
  const bin = binOf(timeMs, profile.length);
  const begun = !Number.isNaN(profile[bin] as number);
  if (!begun || cells[at.bin] !== bin) cells[at.binCount] = begun ? 1 : 0;
  cells[at.bin] = bin;
  cells[at.binCount] += 1;
  const mean = begun ? (profile[bin] as number) : 0;
  profile[bin] = mean + (value - mean) / cells[at.binCount];
}

/** Ends the first day: its mean becomes the level, the rest the profile; what was not seen lies between its
 * neighbours, and what only one bin saw, as one spike may be, is not believed. */
export function finishSketch(state: SeriesState): void {
  const { cells, profile } = state;
  const seen = profile.filter((value) => !Number.isNaN(value));
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  const bins = profile.length;
  const known = (bin: number) => !Number.isNaN(profile[bin % bins] as number);
  const first = profile.findIndex((value) => !Number.isNaN(value));
  for (let from = first, end = first + bins; from < end; ) {
    let to = from + 1;
    while (to < end && !known(to)) to++;
    const left = profile[from % bins] as number;
    const slope = ((profile[to % bins] as number) - left) / (to - from);
    for (let bin = from + 1; bin < to; bin++) profile[bin % bins] = left + slope * (bin - from);
    from = to;
  }
  const raw = profile.slice();
  for (let bin = 0; bin < bins; bin++) {
    const [before, here, after] = [
      raw.at(bin - 1) as number,
      raw[bin] as number,
      raw[(bin + 1) % bins] as number,
    ];
    const middle = Math.max(Math.min(before, here), Math.min(Math.max(before, here), after));
    profile[bin] = middle - mean;
  }
  cells[at.level] = Math.fround(mean);
  cells[at.days] = 1;
  cells[at.ready] = 1;
}

/** Moves profile and gains towards what was seen; `deviation` is value less level, `residual` what season left of it. */
export function learnSeason(
  state: SeriesState,
  point: { timeMs: number; deviation: number; residual: number; weight: number },
  limit: number,
): void {
  const { cells, profile } = state;
  const { timeMs, deviation } = point;
  const bins = profile.length;
  const bin = binOf(timeMs, bins);
  const swing = profile[bin] as number;
  const rhythmic = gainOf(state) > 0;
  const seen = Math.max(swing - 3 * limit, Math.min(swing + 3 * limit, deviation));
  if (isWeekend(timeMs)) {
    cells[at.weekendCount] = Math.min(cells[at.weekendCount] + 1, 1000);
    cells[at.weekendTop] += (seen * swing - cells[at.weekendTop]) / weekendMemory;
    cells[at.weekendBottom] += (swing * swing - cells[at.weekendBottom]) / weekendMemory;
  } else {
    cells[at.gainTop] += (seen * swing - cells[at.gainTop]) / gainMemory;
    cells[at.gainBottom] += (swing * swing - cells[at.gainBottom]) / gainMemory;
  }
  if (cells[at.bin] > bin) cells[at.days] = Math.min(cells[at.days] + 1, 255);
  cells[at.bin] = bin;
  const points = Math.max(1, dayMs / bins / state.exact[ex.intervalMs]);
  const memory = Math.min(cells[at.days], settings.profileDays - 1) * points + 1;
  const halved = isWeekend(timeMs) && rhythmic;
  const miss = halved ? point.residual / 2 : deviation - swing;
  const share = point.weight / memory / (1 + 2 * settings.neighbourShare);
  const step = share * Math.max(-limit, Math.min(limit, miss));
  profile[bin] = swing + step;
  for (const next of [(bin + 1) % bins, (bin + bins - 1) % bins])
    profile[next] = (profile[next] as number) + step * settings.neighbourShare;
}

/** True when enough days have passed and the profile still foretells nothing: its room can be given back. */
export function lacksRhythm(state: SeriesState): boolean {
  return state.profile.length > 0 && state.cells[at.days] > daysToShowRhythm && gainOf(state) === 0;
}
