import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Envelope } from "../../events/envelope.ts";
import { correlateAlerts } from "../../shared/incidents/correlate-alerts.ts";
import { transitionIncident } from "../../shared/incidents/transition-incident.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import {
  type AlertEventInput,
  aCtx,
  aPerson,
  aSignal,
  at,
  makeIncidentWorld,
  noonMs,
  readAll,
} from "./builders.ts";

let testTable: TestTable;
let world: ReturnType<typeof makeIncidentWorld>;
beforeAll(async () => {
  testTable = await startTestTable(() => noonMs);
  world = makeIncidentWorld(testTable.table);
});
afterAll(() => testTable.stop());

/** Each inner list is one delivery, as the queue would hand it over. */
async function deliver(ctx: ReturnType<typeof aCtx>, ...batches: AlertEventInput[][]) {
  for (const batch of batches) await correlateAlerts(ctx, batch.map(aSignal), world.deps);
}
const eventsOf = (tenantId: string) => world.published.filter((event) => event.tenantId === tenantId);
const typesOf = (events: Envelope[]) => events.map((event) => event.type);

describe("alerts become incidents", () => {
  test("R-02: 50 parallel identical deliveries open exactly one incident and tell of it once", async () => {
    const ctx = aCtx();

    await Promise.all(Array.from({ length: 50 }, () => deliver(ctx, [{}])));

    const all = await readAll(ctx.tenantId, world);
    expect(all.map(({ incident }) => [incident.alertCount, incident.firingCount])).toEqual([[1, 1]]);
    expect(typesOf(eventsOf(ctx.tenantId))).toEqual(["incident.opened.v1"]);
  });

  test("F8: parallel alerts of one service all end in its one incident", async () => {
    const ctx = aCtx();
    const alerts = Array.from({ length: 8 }, (_, i) => `alt_${i}`);

    await Promise.all(alerts.map((alert) => deliver(ctx, [{ alert }])));

    const all = await readAll(ctx.tenantId, world);
    expect(all).toHaveLength(1);
    expect(all[0]?.incident).toMatchObject({ alertCount: 8, firingCount: 8 });
    expect(all[0]?.alerts.map((alert) => alert.alertId)).toEqual(alerts);
  });

  test("R-13: a storm of 800 alerts is one incident and one event a batch", async () => {
    const ctx = aCtx();
    const batches = Array.from({ length: 8 }, (_, b) =>
      Array.from({ length: 100 }, (_, i) => ({
        alert: `alt_${b * 100 + i}`,
        labels: { host: `h${b}-${i}` },
      })),
    );

    for (let i = 0; i < batches.length; i += 4) {
      await Promise.all(batches.slice(i, i + 4).map((batch) => deliver(ctx, batch)));
    }

    const { items } = await world.deps.lists.incidents(ctx.tenantId, { limit: 50 });
    expect(items.map(({ alertCount, firingCount }) => [alertCount, firingCount])).toEqual([[800, 800]]);
    expect(eventsOf(ctx.tenantId)).toHaveLength(8);
  }, 60_000);

  test("R-13: a rule that trips on 200 services at once is a handful of incidents, however it is cut", async () => {
    const ctx = aCtx();
    const alerts = Array.from({ length: 200 }, (_, i) => ({
      alert: `alt_${i}`,
      labels: { service: `s${i}` },
    }));

    await Promise.all(alerts.slice(0, 10).map((alert) => deliver(ctx, [alert])));
    await deliver(ctx, alerts.slice(10, 100), alerts.slice(100));
    await deliver(
      ctx,
      alerts.map((alert) => ({ ...alert, kind: "resolved" as const, at: 5 })),
    );

    const all = await readAll(ctx.tenantId, world);
    expect(all.length).toBeLessThanOrEqual(6);
    expect(all.reduce((sum, { incident }) => sum + incident.alertCount, 0)).toBe(200);
    expect(all.map(({ incident }) => [incident.state, incident.firingCount])).toEqual(
      all.map(() => ["RESOLVED", 0]),
    );
  });

  test("when the last alert is over the platform resolves the incident at that moment", async () => {
    const ctx = aCtx({ nowMs: noonMs + 30 * 60_000 });

    await deliver(ctx, [{}, { alert: "alt_b", startedAt: 1 }], [{ kind: "resolved", at: 7 }]);
    await deliver(ctx, [{ alert: "alt_b", kind: "resolved", startedAt: 1, at: 12 }]);

    const [only] = await readAll(ctx.tenantId, world);
    expect(only?.incident).toMatchObject({
      state: "RESOLVED",
      openedAt: at(0),
      resolvedAt: at(12),
      timeToResolveMs: 12 * 60_000,
      acknowledgedAt: null,
      alertCount: 2,
      firingCount: 0,
    });
    expect(only?.timeline.map((entry) => entry.kind)).toEqual(["state", "alert", "alert", "opened"]);
    expect(typesOf(eventsOf(ctx.tenantId))).toEqual([
      "incident.opened.v1",
      "incident.updated.v1",
      "incident.state-changed.v1",
    ]);
    const versions = eventsOf(ctx.tenantId).map((event) => Number(event.data["version"]));
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(await world.deps.incidents.timesMeans(ctx.tenantId, ctx.nowMs)).toEqual({
      mttaMs: null,
      mttrMs: 12 * 60_000,
    });
  });

  test("a graver alert raises the severity, with an entry and an event that say so", async () => {
    const ctx = aCtx();

    await deliver(ctx, [{}], [{ kind: "severity-changed", severity: "critical", at: 1 }]);

    const [only] = await readAll(ctx.tenantId, world);
    expect(only?.incident.severity).toBe("critical");
    expect(only?.timeline[0]).toMatchObject({ kind: "severity", facts: { from: "warning", to: "critical" } });
    expect(eventsOf(ctx.tenantId).at(-1)).toMatchObject({
      type: "incident.updated.v1",
      data: { change: "severity", severity: "critical" },
    });
  });

  test("an alert that fires again after the incident is over opens a new one that names the former", async () => {
    const ctx = aCtx();

    await deliver(ctx, [{}], [{ kind: "resolved", at: 2 }], [{ startedAt: 4 }]);

    const [second, first] = await readAll(ctx.tenantId, world);
    expect(first?.incident).toMatchObject({ state: "RESOLVED", firingCount: 0 });
    expect(second?.incident).toMatchObject({ state: "DETECTED", firingCount: 1 });
    expect(second?.incident.reason).toContain(first?.incident.id);
  });

  test("an alert whose incident a person closed ends there, though a newer incident is open", async () => {
    const ctx = aCtx();
    await deliver(ctx, [{}]);
    const [first] = await readAll(ctx.tenantId, world);
    const id = first?.incident.id ?? "";
    await transitionIncident({ ...ctx, actor: aPerson }, id, { to: "RESOLVED" }, world.deps);

    await deliver(ctx, [{ alert: "alt_b", startedAt: 3 }], [{ kind: "resolved", at: 5 }]);

    const all = await readAll(ctx.tenantId, world);
    expect(all.map(({ incident }) => [incident.state, incident.alertCount, incident.firingCount])).toEqual([
      ["DETECTED", 1, 1],
      ["RESOLVED", 1, 0],
    ]);
  });

  test("the same alert ids in two tenants are two incidents", async () => {
    const [a, b] = [aCtx(), aCtx()];

    await Promise.all([deliver(a, [{}]), deliver(b, [{}])]);

    const ids = [...(await readAll(a.tenantId, world)), ...(await readAll(b.tenantId, world))].map(
      ({ incident }) => incident.id,
    );
    expect(new Set(ids).size).toBe(2);
  });
});

/** What the order of arrival must not change: open incidents and their alerts. Closed ones hold nothing that fires. */
async function standing(tenantId: string) {
  const all = await readAll(tenantId, world);
  const open = all.filter(({ incident }) => incident.state !== "RESOLVED");
  for (const { incident, alerts } of all) {
    expect(incident.alertCount).toBe(alerts.length);
    expect(incident.firingCount).toBe(alerts.filter((alert) => alert.firing).length);
    if (!open.some((other) => other.incident.id === incident.id)) expect(incident.firingCount).toBe(0);
  }
  return open.map(({ incident, alerts }) => ({
    firingCount: incident.firingCount,
    firing: alerts.filter((alert) => alert.firing),
  }));
}

describe("R-04: the state is a function of event time, not of arrival", () => {
  const story: AlertEventInput[] = [
    { kind: "fired" },
    { kind: "severity-changed", severity: "critical", at: 1 },
    { kind: "resolved", severity: "critical", at: 2 },
    { kind: "fired", startedAt: 3 },
  ];
  const permutations = permute(story);

  test.each(
    permutations.map(
      (order) =>
        [order.map(({ kind, startedAt }) => (startedAt ? "refired" : kind)).join(", "), order] as const,
    ),
  )("%s", async (_, order) => {
    const [apart, together] = [aCtx(), aCtx()];

    await deliver(apart, ...order.map((event) => [event]));
    await deliver(together, order);

    const expected = [
      {
        firingCount: 1,
        firing: [expect.objectContaining({ startedAt: at(3), severity: "warning", resolvedAt: null })],
      },
    ];
    expect(await standing(apart.tenantId)).toEqual(expected);
    expect(await standing(together.tenantId)).toEqual(expected);
  });

  test.each(
    permute(story.slice(0, 3)).map((order) => [order.map(({ kind }) => kind).join(", "), order] as const),
  )("F4: %s ends as one resolved incident", async (_, order) => {
    const ctx = aCtx();

    await deliver(ctx, ...order.map((event) => [event]));

    const all = await readAll(ctx.tenantId, world);
    expect(
      all.map(({ incident, alerts }) => [
        incident.state,
        incident.resolvedAt,
        alerts.map(({ firing }) => firing),
      ]),
    ).toEqual([["RESOLVED", at(2), [false]]]);
  });

  test("F4: a resolution and its firing that arrive at the same moment never leave an alert firing", async () => {
    for (let round = 0; round < 6; round++) {
      const ctx = aCtx();

      await Promise.all([
        deliver(ctx, [{ kind: "resolved", at: 2 }]),
        deliver(ctx, [{}]),
        deliver(ctx, [{}]),
      ]);

      expect(await standing(ctx.tenantId)).toEqual([]);
    }
  });

  test("F30: a resolution alone opens nothing", async () => {
    const ctx = aCtx();

    await deliver(ctx, [{ kind: "resolved", at: 2 }]);

    expect(await readAll(ctx.tenantId, world)).toEqual([]);
    expect(eventsOf(ctx.tenantId)).toEqual([]);
  });
});

describe("F15: a process that dies between any two writes", () => {
  const story: AlertEventInput[][] = [
    [{}, { alert: "alt_b" }],
    [{ alert: "alt_c" }, { kind: "severity-changed", severity: "critical", at: 1 }],
    [
      { kind: "resolved", at: 2 },
      { alert: "alt_b", kind: "resolved", at: 3 },
    ],
    [{ alert: "alt_c", kind: "resolved", at: 4 }],
    [{ alert: "alt_d", startedAt: 5 }],
  ];

  test("leaves counters, members and timeline right once its batch is delivered again", async () => {
    const again = makeIncidentWorld(testTable.table, { patienceMs: 0 }).deps;
    const whole = aCtx();
    await deliver(whole, ...story);
    const expected = await shapeOf(whole.tenantId);
    let crashes = 0;

    for (let call = 1; call <= 40; call++) {
      const ctx = aCtx();
      const table = failingTable(testTable.table, call, call % 2 ? "before" : "after");
      const dying = makeIncidentWorld(table).deps;
      for (const batch of story) {
        const signals = batch.map(aSignal);
        try {
          await correlateAlerts(ctx, signals, dying);
        } catch {
          crashes += 1;
          await correlateAlerts(ctx, signals, again);
        }
      }
      expect(await shapeOf(ctx.tenantId)).toEqual(expected);
    }
    expect(crashes).toBeGreaterThan(36);
  }, 60_000);

  test("any cut and repetition of a day ends with counters that match the alerts", async () => {
    const input = fc.record({
      alert: fc.constantFrom("alt_a", "alt_b", "alt_c"),
      kind: fc.constantFrom("fired" as const, "severity-changed" as const, "resolved" as const),
      severity: fc.constantFrom("warning" as const, "critical" as const),
      startedAt: fc.integer({ min: 0, max: 2 }),
      at: fc.integer({ min: 2, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(input, { maxLength: 4 }), { maxLength: 5 }), async (batches) => {
        const ctx = aCtx();
        await Promise.all(batches.map((batch) => deliver(ctx, batch)));
        await deliver(ctx, ...batches);

        await standing(ctx.tenantId);
      }),
      { numRuns: 10 },
    );
  }, 60_000);
});

async function shapeOf(tenantId: string) {
  const all = await readAll(tenantId, world);
  return all.map(({ incident, alerts, timeline }) => ({
    counts: [incident.alertCount, incident.firingCount],
    state: incident.state,
    severity: incident.severity,
    resolvedAt: incident.resolvedAt,
    alerts: alerts.map(({ alertId, firing, severity, resolvedAt }) => ({
      alertId,
      firing,
      severity,
      resolvedAt,
    })),
    timeline: timeline.map(({ kind, text }) => ({ kind, text: text.replace(/inc_\w+/g, "inc") })),
  }));
}

/** The table as a process sees it that dies at its n-th write, before or after the write took place. */
function failingTable(table: TenantTable, failAt: number, when: "before" | "after"): TenantTable {
  let writes = 0;
  let dead = false;
  const writing = new Set<string | symbol>(["put", "putMany", "save", "add", "settle"]);
  return new Proxy(table, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => {
        if (dead) throw new Error("the process is dead");
        const fatal = writing.has(name) && ++writes === failAt;
        if (fatal) dead = true;
        if (fatal && when === "before") throw new Error("died before a write");
        const answer: unknown = await method.apply(target, args);
        if (fatal) throw new Error("died after a write");
        return answer;
      };
    },
  });
}

function permute<T>(all: readonly T[]): T[][] {
  if (all.length <= 1) return [[...all]];
  return all.flatMap((first, i) => permute(all.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}
