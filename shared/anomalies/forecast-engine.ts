import { lazily } from "../platform/lambda/lazily.ts";

/** What follows a history, with the band that a share `level` of values is to keep to. */
export interface Ahead {
  values: number[];
  low: number[];
  high: number[];
}

/** Forecasters of augurs, loaded at the first use: most processes never forecast. */
const engine = lazily(async () => {
  const [{ forecastWasm }, mstl, ets] = await Promise.all([
    import("./forecast-wasm.ts"),
    import("@bsull/augurs/mstl"),
    import("@bsull/augurs/ets"),
  ]);
  mstl.initSync({ module: forecastWasm("mstl") });
  ets.initSync({ module: forecastWasm("ets") });
  return { MSTL: mstl.MSTL, AutoETS: ets.AutoETS };
});

/**
 * The next `steps` values: MSTL over the periods (in steps) with ETS on what is left, or ETS alone without a period.
 * Throws where no model fits.
 */
export async function lookAhead(
  history: readonly number[],
  { periods, steps, level }: { periods: readonly number[]; steps: number; level: number },
): Promise<Ahead> {
  const { MSTL, AutoETS } = await engine();
  // Models fail on scales far from one; values are brought there and back.
  const { offset, scale } = scaleOf(history);
  const scaled = Float64Array.from(history, (value) => (value - offset) / scale);
  const model = periods.length > 0 ? MSTL.ets([...periods], { impute: true }) : new AutoETS(1, "ZZN");
  try {
    model.fit(scaled);
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
