export { acceptMetrics } from "./accept-metrics.ts";
export { readBody } from "./body.ts";
export { limits } from "./limits.ts";
export { decodeJsonMetrics } from "./otlp/json-metrics.ts";
export { decodeProtobufMetrics } from "./otlp/protobuf-metrics.ts";
export { exportReply, otlpMediaTypes, statusReply } from "./otlp/replies.ts";
export { decodePlainLines, decodePlainMetrics } from "./plain-metrics.ts";
export { asRetryable } from "./retryable.ts";
export { SeriesCache } from "./series-cache.ts";
