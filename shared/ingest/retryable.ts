import { AppError, LimitExceeded, Unavailable } from "../platform/errors.ts";

/**
 * The failure as a telemetry sender must hear it. Senders in the field drop what is answered 429 or 500 and
 * keep what is answered 503, so throttling and everything unexpected is Unavailable.
 */
export function asRetryable(error: unknown): AppError {
  if (error instanceof LimitExceeded) return new Unavailable(error.message, error.retryAfterS, error);
  if (error instanceof AppError) return error;
  return new Unavailable("The points could not be kept just now; send them again shortly.", 5, error);
}
