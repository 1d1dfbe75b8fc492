import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { listAlerts } from "../../shared/alerts/list-alerts.ts";
import { AlertFilter } from "../../shared/alerts/schemas.ts";
import { aCtx, noonMs, type Sample } from "./builders.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

type Filter = Partial<Record<keyof AlertFilter, string | number>>;

async function hosts(tenantId: string, filter: Filter) {
  const { items, cursor } = await listAlerts(aCtx({ tenantId }), AlertFilter.parse(filter), stage);
  return { hosts: items.map(({ labels }) => labels["host"]), cursor };
}

/** a, b critical; c warning; d resolved. */
async function fourAlerts() {
  const tenant = await stage.tenant({
    thresholds: { warning: 80, critical: 90 },
    groupBy: ["host", "env"],
    labels: { team: "core" },
  });
  const sample = (host: string, value: number, afterMs = 0): Sample => ({
    atMs: noonMs + afterMs,
    value,
    labels: { host, env: "prod" },
  });
  await tenant.arrive([sample("a", 95), sample("c", 85), sample("d", 95)]);
  await tenant.arrive([sample("b", 99, 15_000), sample("d", 10, 15_000)]);
  return tenant;
}

describe("the list of alerts", () => {
  test("each filter finds its alerts, the gravest and newest first", async () => {
    const { tenantId, rules } = await fourAlerts();
    const found = async (filter: Filter) => (await hosts(tenantId, filter)).hosts;

    expect(await found({})).toEqual(["b", "a", "c", "d"]);
    expect(await found({ state: "firing" })).toEqual(["b", "a", "c"]);
    expect(await found({ state: "resolved" })).toEqual(["d"]);
    expect(await found({ severity: "warning" })).toEqual(["c"]);
    expect((await found({ ruleId: rules[0]?.id ?? "" })).sort()).toEqual(["a", "b", "c", "d"]);
    expect(await found({ ruleId: "rul_other" })).toEqual([]);
    expect(await found({ label: "host=c" })).toEqual(["c"]);
    expect(await found({ label: "host=d", state: "resolved" })).toEqual(["d"]);
    expect((await found({ label: "env=prod", state: "firing" })).sort()).toEqual(["a", "b", "c"]);
    expect(await found({ label: "team=core", severity: "warning", state: "firing" })).toEqual(["c"]);
    expect(await found({ label: "host=nobody" })).toEqual([]);
  });

  test("page after page gives every alert once", async () => {
    const { tenantId } = await fourAlerts();
    for (const filter of [{}, { label: "env=prod" }, { state: "firing" }]) {
      const all: (string | undefined)[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof hosts>> = await hosts(tenantId, {
          ...filter,
          limit: 1,
          ...(cursor ? { cursor } : {}),
        });
        all.push(...page.hosts);
        cursor = page.cursor;
      } while (cursor);

      expect(new Set(all).size).toBe(all.length);
      expect(all).toHaveLength(filter === undefined || "state" in filter ? 3 : 4);
    }
  });

  test("S-02: a cursor of another tenant or another filter is refused", async () => {
    const one = await fourAlerts();
    const other = await fourAlerts();
    const { cursor } = await hosts(one.tenantId, { state: "firing", limit: 1 });

    await expect(hosts(other.tenantId, { state: "firing", cursor: cursor ?? "" })).rejects.toThrow("cursor");
    await expect(hosts(one.tenantId, { state: "resolved", cursor: cursor ?? "" })).rejects.toThrow("cursor");
    await expect(hosts(one.tenantId, { cursor: "99.x" })).rejects.toThrow("cursor");
  });

  test("a label filter that is no pair is refused with what would be right", async () => {
    await expect(hosts("ten_x", { label: "host" })).rejects.toThrow("name=value");
  });
});
