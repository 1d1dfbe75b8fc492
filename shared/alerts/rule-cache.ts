import type { Matcher } from "../platform/labels/matchers.ts";
import { matchersOf } from "./rule-matchers.ts";
import type { RuleStore } from "./rule-store.ts";
import { type AnomalyRule, isMeasured, type MeasuredRule } from "./schemas.ts";

/** A rule ready to be held against series. */
export interface ReadyRule {
  rule: MeasuredRule;
  matchers: readonly Matcher[];
}

export interface ReadyAnomalyRule {
  rule: AnomalyRule;
  matchers: readonly Matcher[];
}

/** The enabled rules of a tenant that events decide. */
export interface ReadyRules {
  /** Those that arriving points decide. */
  byMetric: ReadonlyMap<string, readonly ReadyRule[]>;
  onAnomalies: readonly ReadyAnomalyRule[];
}

/** A tenant's rules, as fresh as `askAgainMs` allows. */
export type RuleCache = (tenantId: string, nowMs: number) => Promise<ReadyRules>;

/** A changed rule is seen after at most this long. */
const askAgainMs = 2_000;
/** A revision that a dying process failed to raise hides a change no longer than this. */
const readAnewMs = 60_000;
const maxTenants = 500;

interface Entry {
  revision: number;
  askedMs: number;
  readMs: number;
  ready: ReadyRules;
}

/** Rules kept in memory: asking whether any changed is one small read every two seconds for each tenant. */
export function makeRuleCache(rules: RuleStore): RuleCache {
  const entries = new Map<string, Entry>();
  return async (tenantId, nowMs) => {
    const known = entries.get(tenantId);
    if (known && nowMs - known.askedMs < askAgainMs) return known.ready;
    const revision = await rules.revision(tenantId);
    const current = known && known.revision === revision && nowMs - known.readMs < readAnewMs;
    const entry = current
      ? { ...known, askedMs: nowMs }
      : { revision, askedMs: nowMs, readMs: nowMs, ready: await readRules(rules, tenantId) };
    entries.delete(tenantId);
    entries.set(tenantId, entry);
    const oldest = entries.keys().next().value;
    if (entries.size > maxTenants && oldest !== undefined) entries.delete(oldest);
    return entry.ready;
  };
}

async function readRules(rules: RuleStore, tenantId: string): Promise<ReadyRules> {
  const byMetric = new Map<string, ReadyRule[]>();
  const onAnomalies: ReadyAnomalyRule[] = [];
  for (const { rule, deletedBy } of await rules.listAll(tenantId)) {
    if (deletedBy !== null || !rule.enabled) continue;
    const matchers = matchersOf(rule);
    if (rule.type === "anomaly") onAnomalies.push({ rule, matchers });
    if (isMeasured(rule))
      byMetric.set(rule.metric, [...(byMetric.get(rule.metric) ?? []), { rule, matchers }]);
  }
  return { byMetric, onAnomalies };
}
