import { FetchError } from "../../platform/net/fetch-error.ts";
import type { GuardedFetch, GuardedRequest, GuardedResponse } from "../../platform/net/guarded-fetch.ts";
import type { SendOutcome } from "./message.ts";

export const maxWaitMs = 15 * 60_000;
const sendTimeoutMs = 10_000;

/** Posts once and says what came of it. Never throws for what the far end or the way there did. */
export async function post(
  guardedFetch: GuardedFetch,
  request: Pick<GuardedRequest, "url" | "headers" | "body">,
  nowMs: number,
): Promise<SendOutcome> {
  try {
    const answer = await guardedFetch({
      ...request,
      method: "POST",
      redirects: "keep-method",
      timeoutMs: sendTimeoutMs,
      maxResponseBytes: 4_096,
    });
    return judgeAnswer(answer, nowMs);
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return { kind: "retry", status: null, reason: error.message, detail: `${error.kind}: ${error.detail}` };
  }
}

/** 2xx is accepted; what the far end can mend by itself is tried again, when it says so; the rest is final. */
export function judgeAnswer(
  { status, headers }: Pick<GuardedResponse, "status" | "headers">,
  nowMs: number,
): SendOutcome {
  if (status >= 200 && status < 300) return { kind: "accepted", status };
  const reason = `The address answered ${status}.`;
  const waitMs = status === 429 || status === 503 ? retryAfterMs(headers["retry-after"], nowMs) : undefined;
  if (waitMs !== undefined) return { kind: "wait", status, waitMs, reason };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return { kind: "retry", status, reason };
  }
  return { kind: "rejected", status, reason: `${reason} ${remedy(status)}` };
}

/** RFC 9110, section 10.2.3: seconds or a date. Undefined where it says neither. */
export function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim();
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(maxWaitMs, Math.max(0, ms));
}

function remedy(status: number): string {
  if (status === 404 || status === 410) return "It is gone; give the channel a new address.";
  if (status === 401 || status === 403) return "It refuses us; check the address and what it allows.";
  if (status < 400) return "It has moved; give the channel the new address.";
  return "It does not take this message; check that the address is of this channel's kind.";
}
