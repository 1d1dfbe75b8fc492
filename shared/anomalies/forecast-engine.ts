import { lazily } from "../platform/lambda/lazily.ts";

/** What follows a history, with the band that a share `level` of values is to keep to. */
export interface Ahead {
  values: number[];
  low: number[];
  high: number[];
}

/** The forecaster of augurs, loaded at the first use; a bundle that never forecasts is to leave it out. */
const forecaster = /* @__PURE__ */ lazily(() => import("./forecaster.ts"));

/** MSTL wants a period; one of two steps takes nothing from a series that has none. */
const noPeriod = [2];

/**
 * The next `steps` values: MSTL over the periods (in steps) and ETS on what is left of the series. Throws where no
 * model fits.
 */
export async function lookAhead(
  history: readonly number[],
  { periods, steps, level }: { periods: readonly number[]; steps: number; level: number },
): Promise<Ahead> {
  const { MSTL } = await forecaster();
  // Models fail on scales far from one; values are brought there and back.
  const { offset, scale } = scaleOf(history);
  const model = MSTL.ets(periods.length > 0 ? [...periods] : noPeriod, { impute: true });
  try {
    model.fit(Float64Array.from(history, (value) => (value - offset) / scale));
    const { point, intervals } = model.predict(steps, level);
    const back = (values: readonly number[]) => values.map((value) => value * scale + offset);
    return {
      values: back(point),
      low: back(intervals?.lower ?? point),
      high: back(intervals?.upper ?? point),
    };
  } finally {
    model.free();
  }
}

function scaleOf(history: readonly number[]): { offset: number; scale: number } {
  const low = Math.min(...history);
  const high = Math.max(...history);
  // Multiplicative models need values above zero, so the least is brought to one.
  const scale = (high - low) / 10 || Math.max(Math.abs(high), 1);
  return { offset: low - scale, scale };
}
