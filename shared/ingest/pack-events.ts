import type { Envelope } from "../../events/envelope.ts";
import { encodePoints, type PointBatch, pointFlags, selectPoints } from "../metrics/index.ts";
import { envelop } from "../platform/bus/envelop.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import { defaultProject, projectOf } from "../platform/labels/project.ts";

/** An event as JSON; far enough below the bus's limit for every target to wrap it once more. */
const eventBytes = 200_000;
/** Keeps what one consumer call unpacks small. */
const pointsPerEvent = 10_000;
/** The summary names them all, so that a rule on a name misses nothing. */
const namesPerEvent = 500;
const servicesPerEvent = 100;

interface Part {
  project: string;
  /** Places in the whole batch, ascending. */
  places: Uint32Array;
}

/**
 * The points as `metrics.received.v1` events, one project each, halved until each fits. The same content
 * received again gives the same batch and event ids, so consumers drop the repetition. Points without a time
 * of their own are new whenever they come, so for them the moment of receipt is part of the id.
 */
export function packEvents(ctx: Ctx, points: PointBatch, digest: string): Envelope[] {
  return byProject(points).flatMap((part) => packPart(ctx, points, digest, part));
}

function packPart(ctx: Ctx, points: PointBatch, digest: string, part: Part): Envelope[] {
  const event = part.places.length <= pointsPerEvent ? pack(ctx, points, digest, part) : undefined;
  if (event) return [event];
  const middle = part.places.length >> 1;
  return [part.places.subarray(0, middle), part.places.subarray(middle)].flatMap((places) =>
    packPart(ctx, points, digest, { ...part, places }),
  );
}

/** The event for this part, or undefined when it has to be halved. */
function pack(ctx: Ctx, points: PointBatch, digest: string, part: Part): Envelope | undefined {
  const { places, project } = part;
  const own = places.length === points.values.length ? points : selectPoints(points, places);
  const metricNames = [...new Set(own.series.map((one) => one.name))];
  const services = [...new Set(own.series.flatMap((one) => one.labels["service.name"] ?? []))];
  const splits = places.length > 1;
  if (splits && (metricNames.length > namesPerEvent || services.length > servicesPerEvent)) return undefined;
  const base64 = Buffer.from(encodePoints(own)).toString("base64");
  if (splits && base64.length > eventBytes) return undefined;
  const received = own.flags.some((flags) => flags & pointFlags.timeMissing) ? ctx.nowMs : 0;
  const range = [places[0] ?? 0, places.at(-1) ?? 0, places.length];
  const batchId = derivedId("batch", ctx.tenantId, digest, project, ...range, received);
  const event = envelop(ctx, "ingest", {
    id: derivedId("event", "metrics.received.v1", batchId),
    type: "metrics.received.v1",
    data: {
      batchId,
      project,
      services,
      metricNames,
      pointCount: places.length,
      seriesCount: own.series.length,
      ...spanOf(own.timesMs),
      receivedAtMs: ctx.nowMs,
      packed: { codec: "points.v1", base64 },
    },
  });
  return splits && Buffer.byteLength(JSON.stringify(event)) > eventBytes ? undefined : event;
}

function byProject(points: PointBatch): Part[] {
  const projects = points.series.map((one) => projectOf(one.labels));
  const placesOf = new Map<string, number[]>();
  points.seriesIndex.forEach((series, place) => {
    const project = projects[series] ?? defaultProject;
    const places = placesOf.get(project);
    if (places) places.push(place);
    else placesOf.set(project, [place]);
  });
  return [...placesOf].map(([project, places]) => ({ project, places: Uint32Array.from(places) }));
}

function spanOf(timesMs: Float64Array): { fromMs: number; toMs: number } {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const timeMs of timesMs) {
    if (timeMs < fromMs) fromMs = timeMs;
    if (timeMs > toMs) toMs = timeMs;
  }
  return { fromMs, toMs };
}
