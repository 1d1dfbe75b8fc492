import protobuf from "protobufjs/minimal.js";
import { Unavailable } from "../../platform/errors.ts";
import type { HttpReply, HttpRequest } from "../../platform/http/request.ts";
import type { Accepted } from "../accept-metrics.ts";
import { mediaTypeOf } from "../body.ts";
import type { Rejection } from "../point-sink.ts";
import { asRetryable } from "../retryable.ts";
import { lengthTag, varintTag } from "./wire.ts";

export const otlpMediaTypes = ["application/x-protobuf", "application/json"] as const;
export type OtlpMediaType = (typeof otlpMediaTypes)[number];

const detailedRejections = 10;
const requestInfo = "type.googleapis.com/google.rpc.RequestInfo";

/** google.rpc.Code, by the HTTP status we answer with. */
const rpcCodes: Record<number, number> = { 401: 16, 403: 7, 404: 5, 405: 12, 413: 8, 503: 14 };
const invalidArgument = 3;

/** 200 with an ExportMetricsServiceResponse; `partial_success` is set only when points were rejected. */
export function exportReply(outcome: Accepted, mediaType: OtlpMediaType): HttpReply {
  const message = outcome.rejected === 0 ? "" : rejectionText(outcome);
  if (mediaType === "application/json") {
    const partialSuccess = { rejectedDataPoints: String(outcome.rejected), errorMessage: message };
    return reply(200, mediaType, outcome.rejected === 0 ? {} : { partialSuccess });
  }
  const writer = protobuf.Writer.create();
  if (outcome.rejected > 0) {
    writer.uint32(lengthTag(1)).fork();
    writer.uint32(varintTag(1)).int64(outcome.rejected);
    writer.uint32(lengthTag(2)).string(message).ldelim();
  }
  return reply(200, mediaType, writer.finish());
}

/** Any failure as a google.rpc.Status in the request's encoding, with the request id among its details. */
export function statusReply(error: unknown, request: HttpRequest): HttpReply {
  const known = asRetryable(error);
  const code = rpcCodes[known.status] ?? invalidArgument;
  const mediaType =
    mediaTypeOf(request) === "application/x-protobuf" ? "application/x-protobuf" : "application/json";
  const body =
    mediaType === "application/json"
      ? { code, message: known.message, details: [{ "@type": requestInfo, requestId: request.requestId }] }
      : statusBytes(code, known.message, request.requestId);
  const answer = reply(known.status, mediaType, body);
  if (!(known instanceof Unavailable)) return answer;
  return { ...answer, headers: { ...answer.headers, "retry-after": String(known.retryAfterS) } };
}

function statusBytes(code: number, message: string, requestId: string): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(varintTag(1)).int32(code);
  writer.uint32(lengthTag(2)).string(message);
  writer.uint32(lengthTag(3)).fork().uint32(lengthTag(1)).string(requestInfo);
  writer.uint32(lengthTag(2)).fork().uint32(lengthTag(1)).string(requestId).ldelim().ldelim();
  return writer.finish();
}

function rejectionText({ accepted, rejected, rejections }: Accepted): string {
  const named = rejections.slice(0, detailedRejections);
  const alike = Map.groupBy(named, ({ metric, reason }) => JSON.stringify([metric, reason]));
  const more = rejected - named.length;
  const text = `${rejected} of ${accepted + rejected} points were rejected. ${[...alike.values()].map(describe).join(". ")}.`;
  return more > 0 ? `${text} And ${more} more.` : text;
}

/** Rejections of one metric for one reason. */
function describe(alike: readonly Rejection[]): string {
  const [first] = alike;
  const places = alike.map(({ index }) => index).join(", ");
  const points = alike.length === 1 ? "point" : "points";
  return `Metric "${first?.metric.slice(0, 100)}", ${points} ${places}: ${first?.reason}`;
}

function reply(status: number, mediaType: OtlpMediaType, body: unknown): HttpReply {
  return { status, headers: { "content-type": mediaType }, body };
}
