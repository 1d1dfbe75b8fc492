import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dispatchIncident } from "../../shared/notifications/dispatch.ts";
import type { Occasion } from "../../shared/notifications/occasion.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import {
  anEmailChannel,
  anSmsChannel,
  aRoute,
  aSlackChannel,
  aWebhookChannel,
  escalated,
  makeStage,
  noonMs,
  opened,
  resolved,
  type Stage,
} from "./builders.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable(() => noonMs);
});
afterAll(() => db.stop());

const kindsSent = (stage: Stage) => stage.sent.map(({ message }) => message.kind);
const suppressedOf = async (stage: Stage) =>
  (await stage.deliveries()).filter(({ state }) => state === "suppressed");

describe("dispatching an incident", () => {
  test("its opening reaches every channel its routes lead to, once, with the reason on record", async () => {
    const stage = makeStage(db.table);
    await stage.have([aSlackChannel(), aWebhookChannel(), anEmailChannel()]);

    await stage.dispatch(opened());
    await stage.run();

    expect(stage.sent.map(({ channel }) => channel.kind).sort()).toEqual(["email", "slack", "webhook"]);
    for (const delivery of await stage.deliveries()) {
      expect(delivery).toMatchObject({
        state: "delivered",
        incidentId: "inc_1",
        title: "Checkout answers slowly",
      });
      expect(delivery.reason).toMatch(/Route "Everything" matches/);
    }
  });

  test("R-01 F1: the same events again, alone or at once, send nothing more and store nothing more", async () => {
    const stage = makeStage(db.table);
    await stage.have([aSlackChannel(), aWebhookChannel()]);
    const all = [opened(), escalated("critical"), resolved()];

    for (const occasion of all) await Promise.all([stage.dispatch(occasion), stage.dispatch(occasion)]);
    await stage.run();
    const before = await stage.deliveries();
    const sentBefore = stage.sent.length;
    for (const occasion of all) await stage.dispatch(occasion);
    await stage.run();

    expect(stage.sent).toHaveLength(sentBefore);
    expect(await stage.deliveries()).toEqual(before);
    expect(new Set(stage.sent.map(({ message }) => message.deliveryId)).size).toBe(sentBefore);
  });

  test("R-02: fifty parallel dispatches of one opening owe one message", async () => {
    const stage = makeStage(db.table);
    await stage.have([aSlackChannel()]);

    await Promise.all(Array.from({ length: 50 }, () => stage.dispatch(opened())));
    await stage.run();

    expect(kindsSent(stage)).toEqual(["incident.opened"]);
    const others = (await stage.deliveries()).filter(({ kind }) => kind !== "incident.opened");
    for (const { kind, state } of others) expect([kind, state]).toEqual(["digest", "suppressed"]);
  });

  test("one incident, one message, one more when it worsens, and the answer when it resolves", async () => {
    const stage = makeStage(db.table);
    await stage.have([aSlackChannel()]);

    for (const occasion of [
      opened(),
      escalated("critical"),
      escalated("warning", { version: 3 }),
      escalated("critical", { version: 4 }),
      resolved({ version: 5 }),
    ]) {
      await stage.dispatch(occasion);
      await stage.run();
    }

    expect(kindsSent(stage)).toEqual(["incident.opened", "incident.escalated", "incident.resolved"]);
  });

  test("R-04: in whatever order its events come, each message is sent at most once and the end is told last", async () => {
    const events = [opened(), escalated("critical"), resolved()];
    for (const order of permutations(events)) {
      const stage = makeStage(db.table);
      await stage.have([aSlackChannel()]);

      const waiting = order.map((occasion) => ({ occasion, receives: 0 }));
      while (waiting.length > 0) {
        const next = waiting.shift();
        if (!next) break;
        const { kind } = await stage.dispatch(next.occasion, ++next.receives);
        if (kind === "too-early") waiting.push(next);
        await stage.run();
      }

      const kinds = kindsSent(stage);
      expect(kinds[0]).toBe("incident.opened");
      expect(kinds.at(-1)).toBe("incident.resolved");
      expect(new Set(kinds).size).toBe(kinds.length);
    }
  });

  test("F4: an event whose opening never comes waits twice, then goes alone", async () => {
    const stage = makeStage(db.table);
    await stage.have([aSlackChannel()]);

    expect(await stage.dispatch(escalated("critical"), 1)).toEqual({ kind: "too-early" });
    expect(await stage.dispatch(escalated("critical"), 2)).toEqual({ kind: "too-early" });
    expect(await stage.dispatch(escalated("critical"), 3)).toMatchObject({ kind: "noted" });
    expect(await stage.dispatch(opened(), 1)).toEqual({ kind: "outdated" });
    await stage.run();

    expect(kindsSent(stage)).toEqual(["incident.escalated"]);
  });

  test("an incident that is opened again is told again, and its second end too", async () => {
    const stage = makeStage(db.table);
    await stage.have([aSlackChannel()]);

    for (const occasion of [
      opened(),
      resolved({ version: 2 }),
      opened({ version: 3, reopened: true, state: "INVESTIGATING" }),
      resolved({ version: 4 }),
    ]) {
      await stage.dispatch(occasion);
      await stage.run();
    }

    expect(kindsSent(stage)).toEqual([
      "incident.opened",
      "incident.resolved",
      "incident.opened",
      "incident.resolved",
    ]);
  });

  test("a channel that is left out has a record that says why", async () => {
    const stage = makeStage(db.table);
    const [eu, off, alone] = [aSlackChannel(), aWebhookChannel({ enabled: false }), anEmailChannel()];
    await stage.have(
      [eu, off, alone],
      [aRoute({ name: "EU", match: '{region="eu"}', channelIds: [eu.id] }), aRoute({ channelIds: [off.id] })],
    );

    await stage.dispatch(opened());
    await stage.run();

    expect(stage.sent).toHaveLength(0);
    const reasons = new Map((await suppressedOf(stage)).map((one) => [one.channelId, one.reason]));
    expect(reasons.get(eu.id)).toMatch(/route "EU" wants \{region="eu"\}/);
    expect(reasons.get(off.id)).toBe("The channel is switched off.");
    expect(reasons.get(alone.id)).toBe("No route leads to this channel.");
  });

  test("an escalation reaches the channel whose route begins higher, and its end is answered there", async () => {
    const stage = makeStage(db.table);
    const pager = anSmsChannel();
    await stage.have([pager], [aRoute({ minSeverity: "critical", channelIds: [pager.id] })]);

    for (const occasion of [opened(), escalated("critical"), resolved()]) await stage.dispatch(occasion);
    await stage.run(noonMs + 60_000);

    expect(await suppressedOf(stage)).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: "incident.opened" })]),
    );
    expect(kindsSent(stage)).toContain("incident.resolved");
  });

  test("a route that asks for no answer gets none, and the record says so", async () => {
    const stage = makeStage(db.table);
    const channel = aSlackChannel();
    await stage.have([channel], [aRoute({ channelIds: [channel.id], notifyOnResolve: false })]);

    await stage.dispatch(opened());
    await stage.run();
    await stage.dispatch(resolved());
    await stage.run();

    expect(kindsSent(stage)).toEqual(["incident.opened"]);
    expect((await suppressedOf(stage))[0]?.reason).toMatch(/no message when it resolves/);
  });

  test("incidents of one group share a message; the rest come as a digest when the window ends", async () => {
    const stage = makeStage(db.table);
    const channel = aSlackChannel();
    const grouped = { channelIds: [channel.id], groupBy: ["service"], groupWindowMs: 300_000 };
    await stage.have([channel], [aRoute(grouped)]);

    for (const incidentId of ["inc_1", "inc_2", "inc_3"]) await stage.dispatch(opened({ incidentId }));
    await stage.dispatch(opened({ incidentId: "inc_4", service: "other" }));
    await stage.run();

    expect(kindsSent(stage)).toEqual(["incident.opened", "incident.opened", "digest"]);
    const [, , digest] = stage.sent;
    expect(digest?.atMs).toBeGreaterThanOrEqual(noonMs + 300_000);
    expect(digest?.message.body).toMatchObject({ about: "digest", lines: [{}, {}] });
    for (const { reason } of await suppressedOf(stage)) expect(reason).toMatch(/share one message until/);
  });

  test("F20 F28: a storm or a loop costs a channel twenty messages a minute and a digest that counts the rest", async () => {
    const stage = makeStage(db.table);
    await stage.have([aSlackChannel()]);

    for (let i = 0; i < 60; i++) await stage.dispatch(opened({ incidentId: `inc_${i}` }));
    await stage.run();

    expect(kindsSent(stage).filter((kind) => kind === "incident.opened")).toHaveLength(19);
    const digests = stage.sent.filter(({ message }) => message.kind === "digest");
    expect(digests).toHaveLength(1);
    expect(digests[0]?.atMs).toBeGreaterThanOrEqual(noonMs + 60_000);
    expect(digests[0]?.message.body).toMatchObject({ lines: { length: 41 } });
    expect(await suppressedOf(stage)).toHaveLength(41);
  });

  test("S-09: text messages end at the day's limit, on record", async () => {
    const stage = makeStage(db.table);
    await stage.have([anSmsChannel()]);
    await Promise.all(
      Array.from({ length: 200 }, () => stage.deps.folds.countSmsOfDay(stage.tenantId, noonMs)),
    );

    await stage.dispatch(opened());

    expect((await suppressedOf(stage))[0]?.reason).toMatch(/200 text messages a day is used up/);
  });

  test("without a channel nobody is told, and the log says so", async () => {
    const stage = makeStage(db.table);

    expect(await stage.dispatch(opened())).toEqual({ kind: "noted", deliveries: [] });
    expect(stage.log.lines[0]).toMatchObject({ level: "warn", message: expect.stringMatching(/no channel/) });
  });

  test("S-05: one tenant's incident never reaches another tenant's channels", async () => {
    const [ours, theirs] = [makeStage(db.table), makeStage(db.table)];
    await theirs.have([aSlackChannel()]);

    await ours.dispatch(opened());
    await ours.run();

    expect(ours.sent).toHaveLength(0);
    expect(await theirs.deliveries()).toHaveLength(0);
  });

  test("R-19 F15: a process that dies before it publishes leaves the request in the outbox", async () => {
    const stage = makeStage(db.table);
    await stage.have([aSlackChannel()]);
    const dying = { ...stage.deps, publish: () => Promise.reject(new Error("killed")) };

    await expect(
      dispatchIncident(stage.ctx(), { occasion: opened(), receiveCount: 1 }, dying),
    ).rejects.toThrow("killed");

    const owed = (await db.table.owed(noonMs + 1, 100)).filter(({ tenantId }) => tenantId === stage.tenantId);
    expect(owed.flatMap(({ events }) => events.map(({ type }) => type))).toEqual([
      "notification.requested.v1",
    ]);
  });
});

function permutations(all: readonly Occasion[]): Occasion[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((first, i) => permutations(all.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}
