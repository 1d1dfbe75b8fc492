import type { Actor } from "../../events/envelope.ts";
import { type AppError, LimitExceeded } from "../platform/errors.ts";
import type { Asking, Metered } from "../platform/lambda/http-door.ts";
import type { Log } from "../platform/log.ts";
import type { BucketName } from "./bucket-store.ts";
import type { Leases, Taken } from "./leases.ts";
import type { RouteClass } from "./schemas.ts";
import { type LimitSettings, rateOf } from "./settings.ts";

export interface MeterDeps {
  leases: Leases;
  settings: LimitSettings;
  log: Log;
}

interface Draw extends BucketName {
  amount: number;
  perMinute: number;
}

/**
 * Counts requests against the buckets of who asks and of the tenant. What is left is told in the fields `RateLimit`
 * and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10). While the buckets cannot be reached everybody
 * passes: limits are not worth an outage.
 */
export function makeMeter({ leases, settings, log }: MeterDeps) {
  return async (
    { request, principal, nowMs }: Asking,
    { ingests, ai }: { ingests: boolean; ai: boolean },
  ): Promise<Metered> => {
    const { tenantId, actor } = principal;
    const classes: RouteClass[] = ingests ? ["ingest"] : ai ? ["api", "ai"] : ["api"];
    const amount = ingests ? Math.max(1, request.body.length) : 1;
    const draws = classes.flatMap((routeClass) => drawsOf(settings, routeClass, actor, amount));
    try {
      const taken = await Promise.all(
        draws.map(async (draw) => ({ draw, taken: await leases.take(tenantId, draw, { ...draw, nowMs }) })),
      );
      return toMetered(taken);
    } catch (error) {
      log.error("limits could not be counted, so the request passed", { error, tenantId });
      return { headers: {} };
    }
  };
}

function drawsOf(settings: LimitSettings, routeClass: RouteClass, actor: Actor, amount: number): Draw[] {
  const owners = [
    ...(actor.kind === "system" ? [] : [{ owner: actor.kind, ownerId: actor.id }]),
    { owner: "tenant" as const, ownerId: "" },
  ];
  return owners.flatMap(({ owner, ownerId }) => {
    const perMinute = rateOf(settings, routeClass, owner);
    return perMinute === undefined ? [] : [{ routeClass, owner, ownerId, amount, perMinute }];
  });
}

function toMetered(all: readonly { draw: Draw; taken: Taken }[]): Metered {
  const policies = all.map(({ draw }) => `"${nameOf(draw)}";q=${draw.perMinute};w=60${unitOf(draw)}`);
  const states = all.map(({ draw, taken }) => {
    const left = taken.kind === "taken" ? taken.left : 0;
    const moreInS =
      taken.kind === "taken" ? ((draw.perMinute - left) / draw.perMinute) * 60 : taken.retryAfterMs / 1000;
    return `"${nameOf(draw)}";r=${left};t=${Math.max(0, Math.ceil(moreInS))}`;
  });
  const refusal = refusalOf(all);
  const headers = { "ratelimit-policy": policies.join(", "), ratelimit: states.join(", ") };
  return refusal ? { headers, refusal } : { headers };
}

function refusalOf(all: readonly { draw: Draw; taken: Taken }[]): AppError | undefined {
  const refused = all.flatMap(({ draw, taken }) => (taken.kind === "refused" ? [{ draw, taken }] : []));
  const [first] = refused;
  if (!first) return undefined;
  const { owner, routeClass, perMinute } = first.draw;
  const retryAfterMs = Math.max(...refused.map(({ taken }) => taken.retryAfterMs));
  return new LimitExceeded(
    `The limit of ${whose[owner]} is ${perMinute} ${units[routeClass]} a minute, and it is used up.`,
    Math.max(1, Math.ceil(retryAfterMs / 1000)),
  );
}

const whose = { key: "this API key", person: "one person", tenant: "the tenant" } as const;
const units = { api: "requests", ai: "requests to a model", ingest: "bytes of telemetry" } as const;

function nameOf({ routeClass, owner }: Draw): string {
  return `${routeClass}-${owner}`;
}

function unitOf({ routeClass }: Draw): string {
  return routeClass === "ingest" ? ';qu="content-bytes"' : "";
}
