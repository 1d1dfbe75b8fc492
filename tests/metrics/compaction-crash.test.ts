import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { aSeries, hourMs, midnightMs, minuteMs } from "./builders.ts";
import { CompactionBench } from "./compaction-bench.ts";

const bench = new CompactionBench();
beforeAll(() => bench.start());
afterAll(() => bench.stop());

const gauge = aSeries();
const range = { fromMs: midnightMs, toMs: midnightMs + 9 * hourMs };

describe("compaction cut off or run at once", () => {
  test("R-30: a run delivered twice works once", async () => {
    const tenantId = bench.tenant();
    bench.nowMs = midnightMs;
    await bench.write(tenantId, [[gauge, bench.nowMs, 1]]);
    bench.nowMs += 2 * hourMs;

    const both = await Promise.all([bench.compact(tenantId), bench.compact(tenantId)]);

    expect(both.sort()).toEqual(["compacted", "not due"]);
    expect(await bench.compact(tenantId)).toBe("not due");
  });

  test("a run that dies at any write is made good by the next", async () => {
    const tenantId = bench.tenant();
    const store = bench.store();
    for (let minute = 1; minute <= 9 * 60; minute += 7) {
      bench.nowMs = midnightMs + minute * minuteMs;
      await bench.write(tenantId, [[gauge, bench.nowMs, minute]], store);
    }
    bench.nowMs = range.toMs;
    const ask = async () => {
      const asked = { matchers: [], groupBy: [], aggregate: "sum" as const, stepMs: 10 * minuteMs };
      return (await bench.store().query(tenantId, { name: gauge.name, ...asked, ...range })).groups;
    };
    const before = await ask();

    let outcome = "died";
    for (let writes = 0; outcome === "died"; writes++) {
      expect(writes).toBeLessThan(100);
      outcome = await bench.compact(tenantId, diesAfter(writes)).catch(() => "died");
      bench.nowMs += 11 * minuteMs;
      expect(await ask()).toEqual(before);
    }
    expect(outcome).toBe("compacted");
  }, 30_000);

  test("a write so slow that its arrivals were compacted without it is not lost", async () => {
    const tenantId = bench.tenant();
    bench.nowMs = midnightMs;
    await bench.write(tenantId, [[gauge, bench.nowMs, 1]]);
    const slow = wrapped(async (method, args) => {
      const items = method === "putMany" ? (args[1] as { pk: string }[]) : [];
      if (bench.nowMs > midnightMs || !items.some(({ pk }) => pk.startsWith("arrivals"))) return;
      bench.nowMs += 2 * hourMs;
      await bench.compact(tenantId);
    });

    await bench.write(tenantId, [[gauge, midnightMs + 1, 2]], bench.store(slow));

    const [read] = await bench.store().readPoints(tenantId, { name: gauge.name, matchers: [], ...range });
    expect([...(read?.values ?? [])]).toEqual([1, 2]);
  });
});

/** The table of a process that is killed after so many writes. */
function diesAfter(writes: number): TenantTable {
  const dying = new Set(["put", "putMany", "save", "remove", "add"]);
  let left = writes;
  return wrapped(async (method) => {
    if (dying.has(method) && left-- <= 0) throw new Error("killed");
  });
}

/** The bench's table, with something done before each call of an asynchronous method. */
function wrapped(before: (method: string, args: unknown[]) => Promise<void>): TenantTable {
  return new Proxy(bench.table, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      if (property === "queryAll") return member.bind(target);
      return async (...args: unknown[]) => {
        await before(String(property), args);
        return Reflect.apply(member, target, args);
      };
    },
  });
}
