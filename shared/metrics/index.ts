export { setLabel } from "./codec/series-table.ts";
export { PointBatchBuilder, selectPoints } from "./point-batch-builder.ts";
export { type Distribution, type PointBatch, pointFlags, type Series } from "./points.ts";
export { decodePoints, encodePoints } from "./points-codec.ts";
export { makeSeriesId } from "./series-id.ts";
