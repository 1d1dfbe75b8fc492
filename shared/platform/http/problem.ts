import { AppError, LimitExceeded, Unavailable } from "../errors.ts";
import type { HttpReply } from "./request.ts";

/** RFC 9457 problem details. Anything unexpected becomes a retryable 503 that says nothing of our insides. */
export function toProblem(error: unknown, requestId: string): HttpReply {
  const known =
    error instanceof AppError
      ? error
      : new Unavailable("The request could not be completed; try again shortly.");
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (known instanceof LimitExceeded || known instanceof Unavailable)
    headers["retry-after"] = String(known.retryAfterS);
  return {
    status: known.status,
    headers,
    body: {
      type: `https://sentinelops.dev/problems/${known.code}`,
      title: titles[known.code] ?? "Error",
      status: known.status,
      code: known.code,
      detail: known.message,
      ...(known.field ? { field: known.field } : {}),
      requestId,
    },
  };
}

const titles: Record<string, string> = {
  invalid: "The request is not valid",
  unauthenticated: "No valid credential",
  forbidden: "Not allowed",
  "not-found": "Not found",
  conflict: "In conflict with the present state",
  "limit-exceeded": "Too many requests",
  unavailable: "Not available just now",
};
