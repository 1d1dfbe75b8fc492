import { z } from "zod";
import type { BucketOwner, QuotaName, RouteClass } from "./schemas.ts";

/**
 * How much a tenant may use. Rates are per minute: so much comes back each minute, and so much may be used at
 * once after a quiet one. `LIMITS` in the environment of the functions changes single values, as
 * `{"api.person":3000,"series":50000}`.
 */
export const defaultLimits = {
  /** A program's key. */
  "api.key": 100,
  /** A person's dashboards: a page that is opened asks a dozen times, and several stay open on a wall. */
  "api.person": 1_200,
  "api.tenant": 12_000,
  "ai.key": 10,
  "ai.person": 10,
  "ai.tenant": 60,
  /** Bytes as they are sent. */
  "ingest.key": 2_000_000_000,
  "ingest.tenant": 4_000_000_000,
  "alert-rules": 1_000,
  channels: 100,
  "api-keys": 100,
  /** Of series that sent something within the day; new ones beyond it are refused at ingest. */
  series: 200_000,
  /** Of a day in UTC. */
  "ai-tokens-per-day": 5_000_000,
} as const;
export type LimitName = keyof typeof defaultLimits;
export type LimitSettings = Readonly<Record<LimitName, number>>;

const names = Object.keys(defaultLimits) as [LimitName, ...LimitName[]];
const Changes = z.partialRecord(z.enum(names), z.int().positive());

/** What services.ts of a function that takes limits adds to its environment. */
export const LimitsEnv = z.object({ TABLE_REQUESTS: z.string(), LIMITS: z.string().default("{}") });

/** Throws where a name or number is not one, so that a typing error is not taken for no limit. */
export function readLimits(text: string): LimitSettings {
  return { ...defaultLimits, ...Changes.parse(JSON.parse(text)) };
}

/** undefined: this owner has no bucket of its own in the class. */
export function rateOf(
  settings: LimitSettings,
  routeClass: RouteClass,
  owner: BucketOwner,
): number | undefined {
  const name = `${routeClass}.${owner}`;
  return name in settings ? settings[name as LimitName] : undefined;
}

export function quotaOf(settings: LimitSettings, name: QuotaName): number {
  return settings[name];
}
