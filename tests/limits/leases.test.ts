import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { makeBucketStore } from "../../shared/limits/bucket-store.ts";
import { makeLeases } from "../../shared/limits/leases.ts";
import { newId } from "../../shared/platform/ids.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

const noonMs = Date.parse("2026-05-01T12:00:00Z");
const name = { routeClass: "api", owner: "key", ownerId: "k1" } as const;
let db: TestTable;
let clock = noonMs;
beforeAll(async () => {
  db = await startTestTable(() => clock);
});
afterAll(() => db.stop());

const aProcess = () => makeLeases(makeBucketStore(db.table));
const need = (perMinute: number, nowMs = clock, amount = 1) => ({ amount, perMinute, nowMs });

describe("a bucket", () => {
  test("serves a minute's worth at once and not one more, and says when there is more", async () => {
    const tenantId = newId("tenant");
    const leases = aProcess();

    const taken = [];
    for (let i = 0; i < 101; i++) taken.push(await leases.take(tenantId, name, need(100)));

    expect(taken.filter(({ kind }) => kind === "taken")).toHaveLength(100);
    expect(taken[0]).toEqual({ kind: "taken", left: 99 });
    const last = taken.at(-1);
    expect(last?.kind === "refused" && last.retryAfterMs).toBeCloseTo(600, -1);
  });

  test("fills again with time", async () => {
    const tenantId = newId("tenant");
    const leases = aProcess();
    for (let i = 0; i < 100; i++) await leases.take(tenantId, name, need(100));

    expect(await leases.take(tenantId, name, need(100))).toMatchObject({ kind: "refused" });
    expect(await leases.take(tenantId, name, need(100, clock + 700))).toMatchObject({ kind: "taken" });
    expect(await leases.take(tenantId, name, need(100, clock + 60_700))).toMatchObject({
      kind: "taken",
      left: 99,
    });
  });

  test("S-05: belongs to its tenant, its owner and its class of route", async () => {
    const [mine, theirs] = [newId("tenant"), newId("tenant")];
    const leases = aProcess();
    await leases.take(mine, name, need(1));

    expect(await leases.take(mine, name, need(1))).toMatchObject({ kind: "refused" });
    expect(await leases.take(theirs, name, need(1))).toMatchObject({ kind: "taken" });
    expect(await leases.take(mine, { ...name, ownerId: "k2" }, need(1))).toMatchObject({ kind: "taken" });
    expect(await leases.take(mine, { ...name, routeClass: "ai" }, need(1))).toMatchObject({ kind: "taken" });
  });

  test("that many processes are asked for once each is not used up by what they hold back", async () => {
    const tenantId = newId("tenant");
    const processes = Array.from({ length: 40 }, aProcess);

    const first = [];
    for (const leases of processes) first.push(await leases.take(tenantId, name, need(100)));
    const then = [];
    for (let i = 0; i < 60; i++) then.push(await processes[0]?.take(tenantId, name, need(100)));

    expect(first.filter(({ kind }) => kind === "taken")).toHaveLength(40);
    expect(then.filter((taken) => taken?.kind === "taken")).toHaveLength(60);
  });

  test("a busy key costs one write in many requests, once it is known to be busy", async () => {
    const tenantId = newId("tenant");
    let writes = 0;
    const store = makeBucketStore(db.table);
    const leases = makeLeases({
      ...store,
      take: (...args) => {
        writes += 1;
        return store.take(...args);
      },
    });

    for (let i = 0; i < 20; i++) await leases.take(tenantId, name, need(200));
    const before = writes;
    for (let i = 0; i < 100; i++) await leases.take(tenantId, name, need(200));

    expect(before).toBeLessThanOrEqual(5);
    expect(writes - before).toBeLessThanOrEqual(7);
  });

  test("many processes at once never serve more than the rate allows", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ process: fc.nat({ max: 4 }), afterMs: fc.nat({ max: 900 }) }), {
          minLength: 40,
          maxLength: 80,
        }),
        async (requests) => {
          const tenantId = newId("tenant");
          const processes = Array.from({ length: 5 }, aProcess);
          let nowMs = clock;
          let served = 0;

          for (let i = 0; i < requests.length; i += 10) {
            const together = requests.slice(i, i + 10);
            const answers = await Promise.all(
              together.map(({ process }) => processes[process]?.take(tenantId, name, need(30, nowMs))),
            );
            served += answers.filter((answer) => answer?.kind === "taken").length;
            nowMs += together[0]?.afterMs ?? 0;
          }

          expect(served).toBeLessThanOrEqual(30 + Math.ceil(((nowMs - clock) / 60_000) * 30));
        },
      ),
      { numRuns: 5 },
    );
  });

  test("a lease that is not used is lost after ten seconds", async () => {
    const tenantId = newId("tenant");
    const leases = aProcess();
    await leases.take(tenantId, name, need(100));

    clock = noonMs + 11_000;
    const taken = await leases.take(tenantId, name, need(100, clock));
    clock = noonMs;

    expect(taken.kind === "taken" && taken.left).toBeLessThanOrEqual(99);
  });
});
