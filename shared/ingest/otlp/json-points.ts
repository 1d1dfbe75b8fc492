import type { Distribution } from "../../metrics/index.ts";
import { eachObject, type JsonObject, objectOf, type Path } from "../json-reading.ts";
import { doubleOf, doublesOf, integerOf, naturalOf, naturalsOf } from "./json-numbers.ts";

/** A NumberDataPoint's value, undefined where none is set. */
export function numberOf(point: JsonObject, path: Path): number | undefined {
  return doubleOf(point, "asDouble", path) ?? integerOf(point, "asInt", path);
}

export function histogramOf(point: JsonObject, path: Path): Distribution {
  return {
    kind: "explicit",
    ...summaryFields(point, path),
    bounds: doublesOf(point, "explicitBounds", path),
    counts: naturalsOf(point, "bucketCounts", path),
  };
}

export function exponentialOf(point: JsonObject, path: Path): Distribution {
  return {
    kind: "exponential",
    ...summaryFields(point, path),
    scale: integerOf(point, "scale", path) ?? 0,
    zeroCount: naturalOf(point, "zeroCount", path),
    positive: bucketsOf(point, "positive", path),
    negative: bucketsOf(point, "negative", path),
  };
}

export function summaryOf(point: JsonObject, path: Path): Distribution {
  const quantiles: { quantile: number; value: number }[] = [];
  eachObject(point, "quantileValues", path, (pair) => {
    quantiles.push({
      quantile: doubleOf(pair, "quantile", path) ?? 0,
      value: doubleOf(pair, "value", path) ?? 0,
    });
  });
  return {
    kind: "summary",
    count: naturalOf(point, "count", path),
    sum: doubleOf(point, "sum", path) ?? 0,
    quantiles,
  };
}

function summaryFields(point: JsonObject, path: Path) {
  return {
    count: naturalOf(point, "count", path),
    sum: doubleOf(point, "sum", path) ?? null,
    min: doubleOf(point, "min", path) ?? null,
    max: doubleOf(point, "max", path) ?? null,
  };
}

function bucketsOf(point: JsonObject, key: string, path: Path): { offset: number; counts: number[] } {
  const buckets = objectOf(point, key, path);
  if (!buckets) return { offset: 0, counts: [] };
  path.push(key);
  const read = {
    offset: integerOf(buckets, "offset", path) ?? 0,
    counts: naturalsOf(buckets, "bucketCounts", path),
  };
  path.pop();
  return read;
}
