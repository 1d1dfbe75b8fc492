import type { Matcher } from "../platform/labels/matchers.ts";
import { matchersOf } from "./rule-matchers.ts";
import type { RuleStore } from "./rule-store.ts";
import type { AlertRule } from "./schemas.ts";

/** A rule ready to be held against series. */
export interface ReadyRule {
  rule: AlertRule;
  matchers: readonly Matcher[];
}

/** The enabled rules of a tenant by metric, as fresh as `askAgainMs` allows. */
export type RuleCache = (
  tenantId: string,
  nowMs: number,
) => Promise<ReadonlyMap<string, readonly ReadyRule[]>>;

/** A changed rule is seen after at most this long. */
const askAgainMs = 2_000;
/** A revision that a dying process failed to raise hides a change no longer than this. */
const readAnewMs = 60_000;
const maxTenants = 500;

interface Entry {
  revision: number;
  askedMs: number;
  readMs: number;
  byMetric: ReadonlyMap<string, readonly ReadyRule[]>;
}

/** Rules kept in memory: asking whether any changed is one small read every two seconds for each tenant. */
export function makeRuleCache(rules: RuleStore): RuleCache {
  const entries = new Map<string, Entry>();
  return async (tenantId, nowMs) => {
    const known = entries.get(tenantId);
    if (known && nowMs - known.askedMs < askAgainMs) return known.byMetric;
    const revision = await rules.revision(tenantId);
    const current = known && known.revision === revision && nowMs - known.readMs < readAnewMs;
    const entry = current
      ? { ...known, askedMs: nowMs }
      : { revision, askedMs: nowMs, readMs: nowMs, byMetric: await readRules(rules, tenantId) };
    entries.delete(tenantId);
    entries.set(tenantId, entry);
    const oldest = entries.keys().next().value;
    if (entries.size > maxTenants && oldest !== undefined) entries.delete(oldest);
    return entry.byMetric;
  };
}

async function readRules(rules: RuleStore, tenantId: string): Promise<Map<string, ReadyRule[]>> {
  const byMetric = new Map<string, ReadyRule[]>();
  for (const { rule, deletedBy } of await rules.listAll(tenantId)) {
    if (deletedBy !== null || !rule.enabled) continue;
    const ready = { rule, matchers: matchersOf(rule) };
    byMetric.set(rule.metric, [...(byMetric.get(rule.metric) ?? []), ready]);
  }
  return byMetric;
}
