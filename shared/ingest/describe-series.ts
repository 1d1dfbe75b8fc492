import type { Labels } from "../../events/alerts.ts";
import { makeSeriesId, type Series, setLabel } from "../metrics/index.ts";
import { type LabelBase, type LabelPair, labelsFault } from "./label-base.ts";
import type { MetricHead } from "./metric-head.ts";

/** A series, or the reason why its points are refused. */
export type SeriesOrFault = Series | string;

/** The series of a point: the metric, the labels it shares, and the point's own, which win. */
export function describeSeries(head: MetricHead, base: LabelBase, own: readonly LabelPair[]): SeriesOrFault {
  const known = head.fault ?? base.fault;
  if (known) return known;
  const merged = new Map(base.pairs);
  for (const [key, value] of own) merged.set(key, value);
  return labelsFault(merged) ?? seriesOf(head, merged);
}

function seriesOf(head: MetricHead, merged: ReadonlyMap<string, string>): Series {
  const labels: Labels = {};
  for (const key of [...merged.keys()].sort()) setLabel(labels, key, merged.get(key) ?? "");
  const { fault: _, ...described } = head;
  return { seriesId: makeSeriesId({ ...described, labels }), ...described, labels };
}
