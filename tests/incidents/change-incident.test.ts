import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { commentIncident } from "../../shared/incidents/comment-incident.ts";
import { correlateAlerts } from "../../shared/incidents/correlate-alerts.ts";
import { patchIncident } from "../../shared/incidents/patch-incident.ts";
import { listIncidents } from "../../shared/incidents/read-incidents.ts";
import type { IncidentFilter } from "../../shared/incidents/schemas.ts";
import { transitionIncident } from "../../shared/incidents/transition-incident.ts";
import { Conflict, NotFound } from "../../shared/platform/errors.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import {
  type AlertEventInput,
  aCtx,
  aPerson,
  aSignal,
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

const minutesMs = (minutes: number) => minutes * 60_000;
async function opened(ctx = aCtx(), ...alerts: AlertEventInput[]) {
  await correlateAlerts(ctx, (alerts.length > 0 ? alerts : [{}]).map(aSignal), world.deps);
  const [newest] = await readAll(ctx.tenantId, world);
  const person = { ...ctx, actor: aPerson };
  return { ctx, person, id: newest?.incident.id ?? "" };
}
const eventsOf = (tenantId: string) => world.published.filter((event) => event.tenantId === tenantId);
const list = (tenantId: string, filter: Partial<IncidentFilter> = {}) =>
  listIncidents(aCtx({ tenantId, nowMs: noonMs }), { limit: 50, ...filter }, world.deps);

describe("people work on an incident", () => {
  test("from detection to learning, with times, entries and rising versions", async () => {
    const { person, id } = await opened();
    const later = (minutes: number) => ({ ...person, nowMs: noonMs + minutesMs(minutes) });

    await transitionIncident(later(4), id, { to: "ACKNOWLEDGED" }, world.deps);
    await transitionIncident(later(6), id, { to: "INVESTIGATING", note: "disk?" }, world.deps);
    await transitionIncident(later(8), id, { to: "MITIGATED" }, world.deps);
    await transitionIncident(later(10), id, { to: "RESOLVED" }, world.deps);
    const last = await transitionIncident(later(60), id, { to: "LEARNED" }, world.deps);

    expect(last).toMatchObject({
      state: "LEARNED",
      nextStates: [],
      timeToAcknowledgeMs: minutesMs(4),
      timeToResolveMs: minutesMs(10),
    });
    const [only] = await readAll(person.tenantId, world);
    expect(only?.timeline.toReversed().map(({ kind, facts }) => [kind, facts["to"]])).toEqual([
      ["opened", undefined],
      ["state", "ACKNOWLEDGED"],
      ["state", "INVESTIGATING"],
      ["state", "MITIGATED"],
      ["state", "RESOLVED"],
      ["state", "LEARNED"],
    ]);
    expect(only?.timeline[3]).toMatchObject({
      actor: aPerson,
      facts: { from: "ACKNOWLEDGED", note: "disk?" },
    });
    expect(eventsOf(person.tenantId).map((event) => event.data["version"])).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await list(person.tenantId)).stats).toEqual({
      open: 0,
      mttaMs: minutesMs(4),
      mttrMs: minutesMs(10),
    });
  });

  test("a person's first move acknowledges, even when it skips the word", async () => {
    const { person, id } = await opened();

    const moved = await transitionIncident(
      { ...person, nowMs: noonMs + minutesMs(3) },
      id,
      { to: "INVESTIGATING" },
      world.deps,
    );

    expect(moved.timeToAcknowledgeMs).toBe(minutesMs(3));
  });

  test("an illegal move is refused with the legal ones named, and changes nothing", async () => {
    const { person, id } = await opened();

    const refused = transitionIncident(person, id, { to: "LEARNED" }, world.deps);

    await expect(refused).rejects.toThrow(Conflict);
    await expect(refused).rejects.toThrow("ACKNOWLEDGED, INVESTIGATING, MITIGATED, RESOLVED");
    expect((await world.deps.incidents.load(person.tenantId, id))?.version).toBe(1);
  });

  test("a double click moves once", async () => {
    const { person, id } = await opened();

    const clicks = await Promise.all(
      [1, 2, 3].map(() => transitionIncident(person, id, { to: "ACKNOWLEDGED" }, world.deps)),
    );

    expect(clicks.map(({ state, version }) => [state, version])).toEqual(
      [1, 2, 3].map(() => ["ACKNOWLEDGED", 2]),
    );
    expect(eventsOf(person.tenantId)).toHaveLength(2);
  });

  test("reopening takes the resolution back, and the means count the incident once with its last times", async () => {
    const { person, id } = await opened();
    const later = (minutes: number) => ({ ...person, nowMs: noonMs + minutesMs(minutes) });
    await transitionIncident(later(2), id, { to: "RESOLVED" }, world.deps);

    const reopened = await transitionIncident(later(3), id, { to: "INVESTIGATING" }, world.deps);
    const between = await list(person.tenantId);
    await transitionIncident(later(20), id, { to: "RESOLVED" }, world.deps);

    expect(reopened).toMatchObject({
      resolvedAt: null,
      timeToResolveMs: null,
      timeToAcknowledgeMs: minutesMs(2),
    });
    expect(between.stats).toEqual({ open: 1, mttaMs: minutesMs(2), mttrMs: null });
    expect((await list(person.tenantId)).stats).toEqual({
      open: 0,
      mttaMs: minutesMs(2),
      mttrMs: minutesMs(20),
    });
  });

  test("a patch is one entry and one event a changed field, with before and after", async () => {
    const { person, id } = await opened();

    const patched = await patchIncident(
      person,
      id,
      { severity: "critical", assignee: "Ada", title: "Card payments fail" },
      world.deps,
    );
    const again = await patchIncident(person, id, { severity: "critical", assignee: "Ada" }, world.deps);
    const freed = await patchIncident(person, id, { assignee: "" }, world.deps);

    expect(patched).toMatchObject({
      severity: "critical",
      assignee: "Ada",
      title: "Card payments fail",
      version: 4,
    });
    expect(again.version).toBe(4);
    expect(freed.assignee).toBeNull();
    const [only] = await readAll(person.tenantId, world);
    expect(only?.timeline.slice(1, 4).map(({ kind, facts }) => [kind, facts["from"], facts["to"]])).toEqual([
      ["title", "Rule rul_1 on payments", "Card payments fail"],
      ["assignee", null, "Ada"],
      ["severity", "warning", "critical"],
    ]);
    expect(
      eventsOf(person.tenantId)
        .slice(1)
        .map((event) => event.data["change"]),
    ).toEqual(["severity", "assignee", "title", "assignee"]);
  });

  test("a person's lower severity stands until a graver alert comes", async () => {
    const { ctx, person, id } = await opened(aCtx(), { severity: "critical" });
    await patchIncident(person, id, { severity: "info" }, world.deps);

    await correlateAlerts(ctx, [aSignal({ severity: "critical" })], world.deps);
    const stands = await world.deps.incidents.load(ctx.tenantId, id);
    await correlateAlerts(ctx, [aSignal({ alert: "alt_b", severity: "warning" })], world.deps);

    expect(stands?.severity).toBe("info");
    expect((await world.deps.incidents.load(ctx.tenantId, id))?.severity).toBe("warning");
  });

  test.each(["<script>alert(1)</script>", "=1+1", "Ω≈ç√ 🫠\u202e", "a".repeat(10_000)])(
    "S-70: a comment comes back as it was written (%#)",
    async (text) => {
      const { person, id } = await opened();

      await commentIncident(person, id, { text }, world.deps);

      const [only] = await readAll(person.tenantId, world);
      expect(only?.timeline[0]).toMatchObject({ kind: "comment", text, actor: aPerson });
    },
  );

  test("F8: people and alerts at once lose nothing", async () => {
    const { ctx, person, id } = await opened();

    await Promise.all([
      ...[1, 2, 3].map((n) => commentIncident(person, id, { text: `note ${n}` }, world.deps)),
      ...[1, 2, 3].map((n) => correlateAlerts(ctx, [aSignal({ alert: `alt_${n}` })], world.deps)),
      transitionIncident(person, id, { to: "ACKNOWLEDGED" }, world.deps),
    ]);

    const [only] = await readAll(person.tenantId, world);
    expect(only?.incident).toMatchObject({
      version: 8,
      alertCount: 4,
      firingCount: 4,
      state: "ACKNOWLEDGED",
    });
    expect(only?.timeline).toHaveLength(8);
    expect(only?.timeline.filter(({ kind }) => kind === "comment")).toHaveLength(3);
  });

  test("when the bus refuses, the change stands and its event waits in the outbox", async () => {
    const { person, id } = await opened();
    const publish = async () => {
      throw new Error("the bus is down");
    };

    const moved = await transitionIncident(person, id, { to: "ACKNOWLEDGED" }, { ...world.deps, publish });

    const owed = await testTable.table.owed(noonMs + minutesMs(60), 100);
    expect(moved.state).toBe("ACKNOWLEDGED");
    expect(
      owed
        .filter((debt) => debt.tenantId === person.tenantId)
        .flatMap((debt) => debt.events.map(({ type }) => type)),
    ).toEqual(["incident.state-changed.v1"]);
  });
});

describe("S-01: another tenant's incident is not there", () => {
  test.each([
    [
      "transition",
      (ctx: ReturnType<typeof aCtx>, id: string) =>
        transitionIncident(ctx, id, { to: "ACKNOWLEDGED" }, world.deps),
    ],
    [
      "comment",
      (ctx: ReturnType<typeof aCtx>, id: string) => commentIncident(ctx, id, { text: "hi" }, world.deps),
    ],
    [
      "patch",
      (ctx: ReturnType<typeof aCtx>, id: string) => patchIncident(ctx, id, { title: "mine" }, world.deps),
    ],
  ])("%s", async (_, act) => {
    const { ctx, id } = await opened();

    await expect(act(aCtx({ actor: aPerson }), id)).rejects.toThrow(NotFound);

    expect((await world.deps.incidents.load(ctx.tenantId, id))?.version).toBe(1);
  });
});

describe("the list", () => {
  test("is newest first, pages, and filters by state, severity and service", async () => {
    const ctx = aCtx();
    const services = ["a", "b", "c", "d"];
    for (const [i, service] of services.entries()) {
      const severity = service === "b" ? "critical" : "warning";
      await correlateAlerts(
        ctx,
        [
          aSignal({
            alert: service,
            rule: `rul_${service}`,
            labels: { service },
            severity,
            startedAt: i - 9,
          }),
        ],
        world.deps,
      );
    }
    await correlateAlerts(
      ctx,
      [
        aSignal({
          alert: "a",
          rule: "rul_a",
          labels: { service: "a" },
          kind: "resolved",
          startedAt: -9,
          at: -1,
        }),
      ],
      world.deps,
    );
    const servicesOf = async (filter: Partial<IncidentFilter>) =>
      (await list(ctx.tenantId, filter)).items.map(({ service }) => service);

    const first = await list(ctx.tenantId, { limit: 3 });
    const rest = await list(ctx.tenantId, { limit: 3, cursor: first.cursor ?? "" });

    expect([...first.items, ...rest.items].map(({ service }) => service)).toEqual(["d", "c", "b", "a"]);
    expect(await servicesOf({ state: "open" })).toEqual(["d", "c", "b"]);
    expect(await servicesOf({ state: "closed" })).toEqual(["a"]);
    expect(await servicesOf({ state: "DETECTED", severity: "critical" })).toEqual(["b"]);
    expect(await servicesOf({ severity: "critical", limit: 1 })).toEqual(["b"]);
    expect(await servicesOf({ service: "a" })).toEqual(["a"]);
    expect(await servicesOf({ service: "a", state: "open" })).toEqual([]);
    expect(first.stats.open).toBe(3);
    await expect(list(aCtx().tenantId, { cursor: first.cursor ?? "" })).rejects.toThrow("cursor");
    await expect(list(ctx.tenantId, { state: "open", cursor: first.cursor ?? "" })).rejects.toThrow("cursor");
  });

  test("an id that is no id of ours is not there", async () => {
    for (const id of ["", "inc_", "x".repeat(3_000), "INC#1"]) {
      expect(await world.deps.incidents.load(aCtx().tenantId, id)).toBeUndefined();
    }
  });
});
