import { z } from "zod";
import { type Contracts, Media } from "../platform/http/contract.ts";
import { IngestAnswer, PlainPoint } from "./schemas.ts";

const Json = z.record(z.string(), z.unknown());
const Protobuf = z.string().meta({ format: "binary" });

/** Bodies are decoded by hand, as they are hot; what they hold is told here. */
export const ingestContracts = {
  "POST /v1/metrics": {
    says: "OTLP metrics, as JSON or protobuf: opentelemetry.proto.collector.metrics.v1",
    body: new Media({ "application/json": Json, "application/x-protobuf": Protobuf }),
    answers: { 200: new Media({ "application/json": Json, "application/x-protobuf": Protobuf }) },
  },
  "POST /api/ingest/metrics": {
    says: "Points as plain JSON, or one a line",
    body: new Media({ "application/json": z.array(PlainPoint), "application/x-ndjson": z.string() }),
    answers: { 200: IngestAnswer },
  },
} as const satisfies Contracts;
