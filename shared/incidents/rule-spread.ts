import { z } from "zod";
import { type AlertSignal, ruleKey, serviceKey, serviceOf } from "./alert-signal.ts";

/** One rule that trips on more services than this in the window is one incident of that rule, not one a service. */
const servicesPerRule = 5;
const windowMs = 10 * 60_000;

/** The services for which a rule opened incidents lately. */
export const RuleSpread = z.object({
  ruleId: z.string(),
  sinceMs: z.int(),
  services: z.array(z.string()),
  version: z.int(),
});
export type RuleSpread = z.infer<typeof RuleSpread>;

export interface OpeningKey {
  key: string;
  /** The spread after this opening; undefined = it stays as it is. */
  spread: RuleSpread | undefined;
}

/**
 * The key a new incident gets: its service, until the rule has opened incidents for five services within ten
 * minutes; then the rule itself. So a rule that trips everywhere at once pages a handful of times.
 */
export function openingKey(
  signal: Pick<AlertSignal, "project" | "ruleId" | "labels">,
  spread: RuleSpread | undefined,
  nowMs: number,
): OpeningKey {
  const service = serviceOf(signal.labels);
  if (service === null) return { key: ruleKey(signal.ruleId), spread: undefined };
  const live = spread && nowMs - spread.sinceMs < windowMs;
  const services = live ? spread.services : [];
  if (services.includes(service)) return { key: serviceKey(service, signal.project), spread: undefined };
  if (services.length >= servicesPerRule) return { key: ruleKey(signal.ruleId), spread: undefined };
  return {
    key: serviceKey(service, signal.project),
    spread: {
      ruleId: signal.ruleId,
      sinceMs: live ? spread.sinceMs : nowMs,
      services: [...services, service],
      version: (spread?.version ?? 0) + 1,
    },
  };
}
