import { hash } from "node:crypto";
import { describeSeries } from "../describe-series.ts";
import {
  booleanOf,
  eachObject,
  isObject,
  type JsonObject,
  jsonText,
  objectOf,
  type Path,
  parseJson,
  textOf,
  wrong,
} from "../json-reading.ts";
import { type LabelBase, labelBase } from "../label-base.ts";
import { metricHead } from "../metric-head.ts";
import { type DecodedMetrics, noRecordedValue, PointSink } from "../point-sink.ts";
import { labelsOf } from "./json-attributes.ts";
import { integerOf, keepLargeIntegers, naturalOf, timeMsOf } from "./json-numbers.ts";
import { exponentialOf, histogramOf, numberOf, summaryOf } from "./json-points.ts";
import { scopeLabels } from "./scope-labels.ts";

/** Metric's `data`: JSON name → the type it makes. */
const data = [
  ["gauge", "gauge"],
  ["sum", "sum"],
  ["histogram", "histogram"],
  ["exponentialHistogram", "exponential_histogram"],
  ["summary", "summary"],
] as const;
type DataKey = (typeof data)[number][0];

const distributionOf = {
  histogram: histogramOf,
  exponentialHistogram: exponentialOf,
  summary: summaryOf,
} as const;

/** Only then is the slower parse with the digits of every number worth its price. */
const largeIntegers = /"intValue"\s*:\s*-?\d{16}/;

/**
 * Decodes the JSON form of an ExportMetricsServiceRequest into the same columns as the protobuf form.
 * Unknown fields are ignored. Throws Invalid (400) naming the first field of a wrong shape; a point that breaks
 * a limit is rejected alone.
 */
export function decodeJsonMetrics(bytes: Buffer): DecodedMetrics {
  const text = jsonText(bytes);
  const request = parseJson(text, largeIntegers.test(text) ? keepLargeIntegers : undefined);
  if (!isObject(request)) throw wrong([], "an ExportMetricsServiceRequest object", request);
  const sink = new PointSink();
  const path: Path = [];
  eachObject(request, "resourceMetrics", path, (resourceMetrics) => {
    const resource = objectOf(resourceMetrics, "resource", path);
    const resourceLabels = resource ? labelsOf(resource, path) : [];
    eachObject(resourceMetrics, "scopeMetrics", path, (scopeMetrics) => {
      const scope = objectOf(scopeMetrics, "scope", path);
      const scopeName = scope ? textOf(scope, "name", path) : "";
      const base = labelBase([...resourceLabels, ...scopeLabels(scopeName)]);
      eachObject(scopeMetrics, "metrics", path, (metric) => {
        for (const [key, type] of data) {
          const points = objectOf(metric, key, path);
          if (points) readPoints(sink, base, metric, points, key, type, path);
        }
      });
    });
  });
  return sink.decoded(hash("sha256", bytes, "hex"));
}

function readPoints(
  sink: PointSink,
  base: LabelBase,
  metric: JsonObject,
  points: JsonObject,
  key: DataKey,
  type: (typeof data)[number][1],
  path: Path,
): void {
  path.push(key);
  const head = metricHead(
    textOf(metric, "name", path),
    textOf(metric, "unit", path),
    type,
    integerOf(points, "aggregationTemporality", path) ?? 0,
    booleanOf(points, "isMonotonic", path),
  );
  eachObject(points, "dataPoints", path, (point, index) => {
    const time = timeMsOf(point, "timeUnixNano", path);
    const start = timeMsOf(point, "startTimeUnixNano", path);
    const flags = naturalOf(point, "flags", path);
    const series = describeSeries(head, base, labelsOf(point, path));
    if (key === "gauge" || key === "sum") {
      const value = numberOf(point, path);
      if (flags & noRecordedValue) sink.end();
      else sink.number(head, index, series, time, start, value);
      return;
    }
    const distribution = distributionOf[key](point, path);
    if (flags & noRecordedValue) sink.end();
    else sink.distribution(head, index, series, time, start, distribution);
  });
  path.pop();
}
