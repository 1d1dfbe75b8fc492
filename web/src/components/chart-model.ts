import type { Severity } from "../../../events/alerts.ts";

export interface ChartSeries {
  /** Tells series apart across updates. */
  key: string;
  name: string;
  values: readonly (number | null)[];
  /** It goes on where the series before it ends: in that one's colour, dashed. */
  continues?: boolean;
}

/** A horizontal line at a severity's threshold, with the severity written on it, or a name of its own. */
export interface ChartThreshold {
  severity: Severity;
  value: number;
  name?: string;
}

/** A stretch of time in which something fired. */
export interface ChartSpan {
  fromMs: number;
  toMs: number;
  severity: Severity;
}

/** A moment worth a vertical line. */
export interface ChartMoment {
  atMs: number;
  name: string;
}

/** The values expected of a series, and between which of them it is ordinary; columns over times of its own. */
export interface ChartBand {
  timesMs: readonly number[];
  /** Left out where a series of its own shows it. */
  expected?: readonly (number | null)[];
  low: readonly (number | null)[];
  high: readonly (number | null)[];
}

export interface ChartProps {
  timesMs: readonly number[];
  series: readonly ChartSeries[];
  unit: string | null;
  height: number;
  /** What the chart shows, for those who do not see it. */
  label: string;
  thresholds?: readonly ChartThreshold[];
  spans?: readonly ChartSpan[];
  moments?: readonly ChartMoment[];
  band?: ChartBand | undefined;
  /** The stretch asked for, so that missing ends stay visible as missing. */
  fromMs?: number;
  toMs?: number;
  onZoom?(fromMs: number, toMs: number): void;
  onCursor?(index: number | null): void;
  /** Drawn boldly, the rest faintly. */
  focused?: string | null;
  hidden?: ReadonlySet<string>;
}
