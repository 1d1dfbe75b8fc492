import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Envelope } from "../../events/envelope.ts";
import { onTick } from "../../functions/platform-outbox/handler.ts";
import { sweepOutbox } from "../../shared/platform/bus/sweep-outbox.ts";
import { Unavailable } from "../../shared/platform/errors.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { until } from "../support/until.ts";
import { aCtx, aLog, anEvent } from "./builders.ts";

const t0 = aCtx().nowMs;
const minute = 60_000;
const key = { pk: "INCIDENT#1", sk: "STATE" };
let db: TestTable;
let bus: string[];
const publish = async (events: readonly Envelope[]) => {
  bus.push(...events.map((event) => event.id));
};
const sweep = (nowMs = t0 + minute) => sweepOutbox(db.table, publish, aLog(), nowMs);
const outboxTraces = async () => {
  const names = (await db.dump()).flatMap((row) => Object.keys(row));
  return names.filter((name) => /^out/.test(name));
};

beforeEach(async () => {
  db = await startTestTable(() => t0);
  bus = [];
});
afterEach(() => db.stop());

describe("an event that a change owes", () => {
  test("leaves no trace on the item once it was sent", async () => {
    const event = anEvent();
    await db.table.save("ten_a", { ...key, version: 1 }, [event]);

    await publish([event]);
    await db.table.settle("ten_a", key, [event]);

    expect(await outboxTraces()).toEqual([]);
    expect(await sweep()).toBe(0);
  });

  test("R-19: is sent by the sweep where its process died between the write and the publishing", async () => {
    const events = [anEvent(), anEvent()];
    await db.table.save("ten_a", { ...key, version: 1 }, events);

    expect(await sweep()).toBe(2);

    expect(bus.sort()).toEqual(events.map((event) => event.id).sort());
    expect(await db.table.get("ten_a", key)).toEqual({ ...key, version: 1 });
    expect(await sweep(t0 + 2 * minute)).toBe(0);
  });

  test("of an item's removal is the last of it: the sweep takes the row away, and its key is free again", async () => {
    await db.table.save("ten_a", { ...key, version: 1 });
    await db.table.retire("ten_a", key, [anEvent()]);
    expect(await db.table.save("ten_a", { ...key, version: 1 }, [], { absent: true })).toBe("lost");

    expect(await sweep()).toBe(1);

    expect(await db.table.save("ten_a", { ...key, version: 1 }, [], { absent: true })).toBe("saved");
    expect(await db.table.get("ten_a", key)).toEqual({ ...key, version: 1 });
  });

  test("of an item's removal is told, and a process that dies before the row is gone leaves its key free", async () => {
    await db.table.save("ten_a", { ...key, version: 1 });
    const removal = anEvent();
    await db.table.retire("ten_a", key, [removal]);
    await db.table.settle("ten_a", key, [removal]);
    await db.table.put("ten_a", { ...key, retired: true, expiresAt: Math.ceil(t0 / 1000) + 60 });

    expect(await db.table.save("ten_a", { ...key, version: 1 }, [], { absent: true })).toBe("saved");

    expect(await db.table.remove("ten_a", key, { retired: true })).toBe("lost");
    expect(await db.table.get("ten_a", key)).toEqual({ ...key, version: 1 });
  });

  test("is struck though nobody waits for it, and a removal right after a change leaves no row", async () => {
    const table = db.table.telling({ publish, log: aLog() });
    await table.change("ten_a", { ...key, version: 1 }, [anEvent()]);
    await table.retire("ten_a", key, [anEvent()]);

    await until(async () => (await db.dump()).length === 0);

    expect(bus).toHaveLength(2);
  });

  test("is left alone by the sweep while the request that made it may still be at it", async () => {
    await db.table.save("ten_a", key, [anEvent()]);

    expect(await sweep(t0 + 19_000)).toBe(0);
    expect(await sweep(t0 + 21_000)).toBe(1);
  });

  test("is not written where the change itself lost", async () => {
    await db.table.put("ten_a", { ...key, version: 2 });

    expect(await db.table.save("ten_a", { ...key, version: 2 }, [anEvent()], { version: 1 })).toBe("lost");

    expect(await sweep()).toBe(0);
  });

  test("R-19: is not forgotten when a later change of the same item is sent and settled", async () => {
    const lost = anEvent();
    await db.table.save("ten_a", { ...key, version: 1 }, [lost]);
    const later = anEvent(aCtx({ nowMs: t0 + 1_000 }));
    await db.table.save("ten_a", { ...key, version: 2 }, [later], { version: 1 });
    await publish([later]);
    await db.table.settle("ten_a", key, [later]);

    await sweep();

    expect(bus).toContain(lost.id);
    expect(await outboxTraces()).toEqual([]);
  });

  test("R-19: nor when an earlier one is settled after it", async () => {
    const earlier = anEvent();
    await db.table.save("ten_a", { ...key, version: 1 }, [earlier]);
    const lost = anEvent(aCtx({ nowMs: t0 + 1_000 }));
    await db.table.save("ten_a", { ...key, version: 2 }, [lost], { version: 1 });
    await publish([earlier]);
    await db.table.settle("ten_a", key, [earlier]);

    await sweep();

    expect(bus).toContain(lost.id);
    expect(await outboxTraces()).toEqual([]);
  });

  test("R-19: in any interleaving of saves, publishings, settlings and deaths, none is lost and none stays", async () => {
    // Each writer saves, may die before or after publishing, and settles at some later place in the order.
    const writer = fc.record({
      dies: fc.constantFrom("never", "before publish", "before settle"),
      settlesAfter: fc.nat(4),
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(writer, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (writers, sweepsBetween) => {
          const at = { pk: `INCIDENT#${round++}`, sk: "STATE" };
          const owed: string[] = [];
          const settlings: { when: number; events: Envelope[] }[] = [];
          const settleDue = async (now: number) => {
            for (const due of settlings.filter(({ when }) => when === now))
              await db.table.settle("ten_a", at, due.events);
          };
          for (const [i, { dies, settlesAfter }] of writers.entries()) {
            const events = [anEvent(aCtx({ nowMs: t0 + i })), anEvent(aCtx({ nowMs: t0 + i }))];
            owed.push(...events.map((event) => event.id));
            await db.table.save("ten_a", { ...at, version: i + 1 }, events);
            if (dies !== "before publish") await publish(events);
            if (dies === "never") settlings.push({ when: i + settlesAfter, events });
            if (sweepsBetween && i === 2) await sweep();
            await settleDue(i);
          }
          for (let i = writers.length; i < writers.length + 5; i++) await settleDue(i);

          await sweep();

          for (const id of owed) expect(bus).toContain(id);
          expect(await outboxTraces()).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("settling twice, or on an item that is gone, brings nothing into being", async () => {
    const event = anEvent();
    await db.table.save("ten_a", key, [event]);
    await db.table.settle("ten_a", key, [event]);
    await db.table.settle("ten_a", key, [event]);
    await db.table.remove("ten_a", key);
    await db.table.settle("ten_a", key, [event]);

    expect(await db.dump()).toEqual([]);
  });
});

describe("the sweep", () => {
  test("finds the debts of every tenant, each under its own", async () => {
    await db.table.save("ten_a", key, [anEvent(aCtx({ tenantId: "ten_a" }))]);
    await db.table.save("ten_b", key, [anEvent(aCtx({ tenantId: "ten_b" }))]);

    const debts = await db.table.owed(t0 + minute, 10);

    expect(debts.map((debt) => [debt.tenantId, debt.events[0]?.tenantId]).sort()).toEqual([
      ["ten_a", "ten_a"],
      ["ten_b", "ten_b"],
    ]);
  });

  test("an item whose events the bus refuses holds up no other, keeps them, and makes the sweep fail aloud", async () => {
    const poison = anEvent();
    const good = Array.from({ length: 5 }, () => anEvent());
    for (const [i, event] of [poison, ...good].entries()) {
      await db.table.save("ten_a", { pk: `INCIDENT#${i}`, sk: "STATE" }, [event]);
    }
    const refusing = async (events: readonly Envelope[]) => {
      if (events.some((event) => event.id === poison.id)) throw new Error("too large");
      await publish(events);
    };
    const log = aLog();

    await expect(sweepOutbox(db.table, refusing, log, t0 + minute)).rejects.toBeInstanceOf(Unavailable);

    expect(bus.sort()).toEqual(good.map((event) => event.id).sort());
    expect(log.lines.find((line) => line.level === "error")?.fields).toMatchObject({ events: [poison.id] });
    expect(await db.table.owed(t0 + minute, 10)).toMatchObject([{ events: [{ id: poison.id }] }]);
  });

  test("a table that fails does not keep the others from being swept", async () => {
    const broken = {
      owed: () => Promise.reject(new Error("no such table")),
    } as unknown as TestTable["table"];
    const event = anEvent();
    await db.table.save("ten_a", key, [event]);
    const tick = { scheduledMs: t0, nowMs: t0 + minute, ctxFor: () => aCtx() };

    await expect(onTick(tick, { tables: [broken, db.table], publish, log: aLog() })).rejects.toThrow(
      /no such table/,
    );

    expect(bus).toEqual([event.id]);
  });
});
