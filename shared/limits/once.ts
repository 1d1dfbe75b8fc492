import { createHash } from "node:crypto";
import { z } from "zod";
import { Conflict, Invalid } from "../platform/errors.ts";
import type { HttpReply } from "../platform/http/request.ts";
import type { Asking } from "../platform/lambda/http-door.ts";
import type { Log } from "../platform/log.ts";
import type { OnceStore, Remembered } from "./once-store.ts";

/** Longer than any function runs: whoever worked on it then is dead. */
const abandonedMs = 120_000;
/** Room in one item, with what stands beside it. */
const maxAnswer = 300_000;

const Answer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown(),
});

/**
 * A request that creates and is sent again with the same `Idempotency-Key` within a day is answered as the first
 * time, and nothing is created again. With the key of another request it is Invalid (422), and Conflict while the
 * first is still worked on. A request that failed is forgotten, so it may be tried again. The key belongs to its
 * tenant: another's is another key. When a process dies between creating and remembering, the key is Conflict for
 * two minutes and then tried afresh.
 */
export function makeOnce(store: OnceStore, log: Log) {
  return async (
    asking: Asking,
    creates: true | "secret",
    work: () => Promise<HttpReply>,
  ): Promise<HttpReply> => {
    const { request, principal, nowMs } = asking;
    const key = request.headers["idempotency-key"];
    if (key === undefined) return work();
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw new Invalid("Idempotency-Key takes 1 to 255 visible ASCII characters.", "Idempotency-Key");
    }
    const { tenantId } = principal;
    const fingerprint = fingerprintOf(asking);
    const claim = await take(tenantId, key, { fingerprint, nowMs }, store);
    if (claim.kind === "answered") return replay(claim.answer);
    const { working } = claim;
    try {
      const reply = await work();
      const answer = creates === "secret" ? null : textOf(reply);
      await note({ ...working, version: working.version + 1, state: "done", answer });
      return reply;
    } catch (error) {
      await note({ ...working, version: working.version + 1, state: "free" });
      throw error;
    }

    /** Remembering is for a second request; it must not spoil the first. */
    async function note(remembered: Remembered): Promise<void> {
      try {
        await store.save(tenantId, key ?? "", remembered);
      } catch (error) {
        log.error("an answer could not be remembered for its idempotency key", { error });
      }
    }
  };
}

type Claim = { kind: "working"; working: Remembered } | { kind: "answered"; answer: string | null };

async function take(
  tenantId: string,
  key: string,
  { fingerprint, nowMs }: { fingerprint: string; nowMs: number },
  store: OnceStore,
): Promise<Claim> {
  const fresh = { fingerprint, state: "working" as const, sinceMs: nowMs, answer: null };
  const first = { ...fresh, version: 1 };
  if ((await store.begin(tenantId, key, first)) === "saved") return { kind: "working", working: first };
  const standing = await store.find(tenantId, key);
  const busy = new Conflict(
    "A request with this Idempotency-Key is being worked on; ask again in a moment.",
    "Idempotency-Key",
  );
  if (!standing) throw busy;
  const abandoned = standing.state === "working" && nowMs - standing.sinceMs > abandonedMs;
  if (standing.state === "free" || abandoned) {
    const next = { ...fresh, version: standing.version + 1 };
    if ((await store.save(tenantId, key, next)) === "lost") throw busy;
    return { kind: "working", working: next };
  }
  if (standing.fingerprint !== fingerprint) {
    throw new Invalid(
      "This Idempotency-Key was sent with another request; take a new key for a new request.",
      "Idempotency-Key",
      422,
    );
  }
  if (standing.state === "working") throw busy;
  return { kind: "answered", answer: standing.answer };
}

function fingerprintOf({ request, routeKey, principal }: Asking): string {
  const who = `${principal.actor.kind}:${principal.actor.id}`;
  return createHash("sha256")
    .update(JSON.stringify([who, routeKey, request.path]))
    .update(request.body)
    .digest("hex");
}

function textOf({ status, headers, body }: HttpReply): string | null {
  const text = JSON.stringify({ status, headers, body });
  return text.length > maxAnswer ? null : text;
}

function replay(answer: string | null): HttpReply {
  if (answer === null) {
    throw new Conflict(
      "The request with this Idempotency-Key was done. Its answer was given once and is not kept.",
      "Idempotency-Key",
    );
  }
  const { status, headers = {}, body } = Answer.parse(JSON.parse(answer));
  return { status, headers: { ...headers, "idempotency-replayed": "true" }, body };
}
