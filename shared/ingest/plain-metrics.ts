import { hash } from "node:crypto";
import { Invalid } from "../platform/errors.ts";
import { describeSeries } from "./describe-series.ts";
import {
  isObject,
  type JsonObject,
  jsonText,
  objectOf,
  type Path,
  parseJson,
  textOf,
  wrong,
} from "./json-reading.ts";
import { type LabelPair, labelBase, tooManyLabels } from "./label-base.ts";
import { limits } from "./limits.ts";
import { metricHead } from "./metric-head.ts";
import { type DecodedMetrics, PointSink } from "./point-sink.ts";

const noLabels = labelBase([]);
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i;

/**
 * Decodes our plain form, a gauge an item: `[{ name, value, timestamp?, unit?, labels? }]`, the timestamp ISO 8601
 * with its zone or ms since the epoch. Throws Invalid (400) naming the first item of a wrong shape; an item that
 * breaks a limit is rejected alone.
 */
export function decodePlainMetrics(bytes: Buffer): DecodedMetrics {
  const list = parseJson(jsonText(bytes));
  if (!Array.isArray(list)) throw wrong([], "an array of { name, value, timestamp?, unit?, labels? }", list);
  return decodeItems(list, bytes);
}

/** The same, an item a line (NDJSON); empty lines are passed over. */
export function decodePlainLines(bytes: Buffer): DecodedMetrics {
  const items: unknown[] = [];
  jsonText(bytes)
    .split("\n")
    .forEach((line, i) => {
      if (line.trim() !== "") items.push(parseLine(line, i + 1));
    });
  return decodeItems(items, bytes);
}

function parseLine(line: string, number: number): unknown {
  try {
    return parseJson(line);
  } catch (error) {
    throw new Invalid(`Line ${number}: ${(error as Error).message}`);
  }
}

function decodeItems(items: readonly unknown[], bytes: Buffer): DecodedMetrics {
  const sink = new PointSink();
  items.forEach((item, index) => {
    const path: Path = [index];
    if (!isObject(item)) throw wrong(path, "an object { name, value, timestamp?, unit?, labels? }", item);
    const head = metricHead(textOf(item, "name", path), textOf(item, "unit", path), "gauge", 0, false);
    const labels = objectOf(item, "labels", path) ?? {};
    const count = Object.keys(labels).length;
    const series =
      count > limits.labels ? tooManyLabels(count) : describeSeries(head, noLabels, pairsOf(labels, path));
    sink.number(head, index, series, timeOf(item, path), 0, amountOf(item, path));
  });
  return sink.decoded(hash("sha256", bytes, "hex"));
}

/** null is how JSON.stringify writes NaN and infinity, so it is a point without a value, not a broken request. */
function amountOf(item: JsonObject, path: Path): number | undefined {
  const value = item["value"];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number") throw wrong([...path, "value"], "a number", value);
  return value;
}

function timeOf(item: JsonObject, path: Path): number {
  const told = item["timestamp"];
  if (told === undefined || told === null) return 0;
  if (typeof told === "number") return Math.round(told);
  const timeMs = typeof told === "string" && isoTime.test(told) ? Date.parse(told) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw wrong([...path, "timestamp"], "ISO 8601 with a zone, or ms since the epoch", told);
  }
  return timeMs;
}

function pairsOf(labels: JsonObject, path: Path): LabelPair[] {
  return Object.entries(labels).map(([key, value]) => {
    if (typeof value === "string") return [key.toWellFormed(), value.toWellFormed()];
    if (typeof value === "number" || typeof value === "boolean") return [key.toWellFormed(), String(value)];
    throw wrong([...path, "labels", key.slice(0, 40)], "a text, a number or a boolean", value);
  });
}
