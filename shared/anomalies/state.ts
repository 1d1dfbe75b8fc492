/** The numbers one series keeps, by slot. Times and raw values need doubles; everything else is single precision. */
export const exact = {
  lastMs: 0,
  intervalMs: 1,
  startMs: 2,
  offset: 3,
  unit: 4,
  lastValue: 5,
  openUntilMs: 6,
} as const;
export const slot = {
  count: 0,
  level: 1,
  ready: 2,
  days: 3,
  bin: 4,
  binCount: 5,
  gainTop: 6,
  gainBottom: 7,
  weekendTop: 8,
  weekendBottom: 9,
  weekendCount: 10,
  residualScale: 11,
  residual: 12,
  believed: 13,
  autoTop: 14,
  autoBottom: 15,
  innovationScale: 16,
  shortMean: 17,
  middleMean: 18,
  longMean: 19,
  shortScale: 20,
  middleScale: 21,
  longScale: 22,
  energy: 23,
  energyMean: 24,
  energyScale: 25,
  run: 26,
  longestRun: 27,
  runs: 28,
  runLength: 29,
  low: 30,
  high: 31,
  peak: 32,
  dismissed: 33,
  loud: 34,
  pace: 35,
  widest: 36,
  late: 37,
  longestSilence: 38,
  intervals: 39,
} as const;
export const tailSlot = { seen: 0, exceeded: 1, threshold: 2, logExcess: 3 } as const;
export const tailLength = Object.keys(tailSlot).length;

type Cells<Slots extends Record<string, number>> = Record<Slots[keyof Slots], number>;
export type ExactCells = Cells<typeof exact>;
export type StateCells = Cells<typeof slot>;

const version = 2;
export const tailCount = 6;
/** Differences of time gathered before the interval is known. */
export const intervalSamples = 15;
const exactCount = Object.keys(exact).length;
const slotCount = Object.keys(slot).length + intervalSamples;
const headerBytes = 8;
const tailBytes = 4 * tailLength;
const slotsAt = headerBytes + 8 * exactCount;
const tailsAt = slotsAt + 4 * slotCount;
const profileAt = tailsAt + tailCount * tailBytes;

/** The state of one series: typed views over one buffer, which is also what is stored. */
export interface SeriesState {
  buffer: ArrayBuffer;
  exact: ExactCells;
  cells: StateCells;
  intervals: Float32Array;
  /** One tail after the other, each of `tailLength` numbers. */
  tails: Float32Array;
  /** One value per part of the day; empty while the interval is unknown and for series without a daily rhythm. */
  profile: Float32Array;
}

function viewsOf(buffer: ArrayBuffer, bins: number): SeriesState {
  return {
    buffer,
    exact: new Float64Array(buffer, headerBytes, exactCount) as unknown as ExactCells,
    cells: new Float32Array(buffer, slotsAt, slotCount) as unknown as StateCells,
    intervals: new Float32Array(buffer, slotsAt + 4 * slot.intervals, intervalSamples),
    tails: new Float32Array(buffer, tailsAt, tailCount * tailLength),
    profile: new Float32Array(buffer, profileAt, bins),
  };
}

export function emptyState(): SeriesState {
  return withProfile(undefined, 0);
}

/** The same state with room for a profile of so many bins; an old profile is not kept. */
export function withProfile(state: SeriesState | undefined, bins: number): SeriesState {
  const buffer = new ArrayBuffer(profileAt + 4 * bins);
  if (state) new Uint8Array(buffer).set(new Uint8Array(state.buffer, 0, profileAt));
  const header = new Uint16Array(buffer, 0, 2);
  header[0] = version;
  header[1] = bins;
  return viewsOf(buffer, bins);
}

/** What is stored: a copy of the state's bytes. */
export function saveState(state: SeriesState): Uint8Array {
  return new Uint8Array(state.buffer.slice(0));
}

/** The state behind stored bytes, or undefined when they are of another version or damaged: the series starts anew. */
export function loadState(bytes: Uint8Array): SeriesState | undefined {
  if (bytes.byteLength < profileAt) return undefined;
  const buffer = bytes.slice().buffer as ArrayBuffer;
  const [found, bins = 0] = new Uint16Array(buffer, 0, 2);
  if (found !== version || buffer.byteLength !== profileAt + 4 * bins) return undefined;
  return viewsOf(buffer, bins);
}
