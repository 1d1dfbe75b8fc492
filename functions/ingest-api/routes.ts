import { ingestContracts } from "../../shared/ingest/contracts.ts";
import {
  acceptMetrics,
  asRetryable,
  decodeJsonMetrics,
  decodePlainLines,
  decodePlainMetrics,
  decodeProtobufMetrics,
  exportReply,
  otlpMediaTypes,
  readBody,
  statusReply,
} from "../../shared/ingest/index.ts";
import type { IngestAnswer } from "../../shared/ingest/schemas.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import { toProblem } from "../../shared/platform/http/problem.ts";
import type { HttpReply, HttpRequest } from "../../shared/platform/http/request.ts";
import type { Services } from "./services.ts";

const otlpPath = "/v1/metrics";
const plainMediaTypes = ["application/json", "application/x-ndjson"] as const;

export const routes = contracted(ingestContracts).with<
  Pick<Services, "publish" | "seriesCache" | "redactionSalt" | "overQuota">
>({
  "POST /v1/metrics": async ({ request }, ctx, services) => {
    const { mediaType, bytes } = readBody(request, otlpMediaTypes);
    const decoded =
      mediaType === "application/json"
        ? decodeJsonMetrics(bytes)
        : decodeProtobufMetrics(bytes, ctx.tenantId, services.seriesCache);
    return exportReply(await acceptMetrics(ctx, decoded, services), mediaType);
  },

  "POST /api/ingest/metrics": async ({ request }, ctx, services) => {
    const { mediaType, bytes } = readBody(request, plainMediaTypes);
    const decoded = mediaType === "application/json" ? decodePlainMetrics(bytes) : decodePlainLines(bytes);
    const { accepted, rejected, rejections } = await acceptMetrics(ctx, decoded, services);
    const errors = rejections.map(({ index, reason }) => ({ index, reason }));
    const answer: IngestAnswer = { accepted, rejected, errors };
    return { status: 200, body: answer };
  },
});

/** OTLP senders read google.rpc.Status; ours read problem details. Neither is ever told 429 or 500. */
export function renderError(error: unknown, request: HttpRequest): HttpReply {
  return request.path === otlpPath
    ? statusReply(error, request)
    : toProblem(asRetryable(error), request.requestId);
}
