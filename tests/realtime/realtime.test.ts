import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Envelope } from "../../events/envelope.ts";
import { sweepOutbox } from "../../shared/platform/bus/sweep-outbox.ts";
import { newId } from "../../shared/platform/ids.ts";
import { admitConnection, type Listener } from "../../shared/realtime/admit-connection.ts";
import { answerClient } from "../../shared/realtime/answer-client.ts";
import { cutListeners } from "../../shared/realtime/cut-connections.ts";
import { pushEvents } from "../../shared/realtime/push-events.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aRequest } from "../tenancy/builders.ts";
import { anEvent, makeRealtimeWorld, nowMs } from "./builders.ts";

let testTable: TestTable;
beforeAll(async () => {
  testTable = await startTestTable(() => nowMs);
});
afterAll(() => testTable.stop());

function setUp() {
  const world = makeRealtimeWorld(testTable.table);
  const tenantId = newId("tenant");
  const say = (connectionId: string, frame: unknown, atMs = nowMs) =>
    answerClient(connectionId, typeof frame === "string" ? frame : JSON.stringify(frame), atMs, world.deps);
  return {
    ...world,
    tenantId,
    say,
    admit: (connectionId: string, credential: Partial<Listener>) => {
      world.set(connectionId, "open");
      return admitConnection(connectionId, aRequest({ headers: { authorization: "Bearer x" } }), nowMs, {
        authenticate: async () => ({
          tenantId,
          actor: { kind: "key", id: "one" },
          scopes: ["read"],
          ...credential,
        }),
        connections: world.deps.connections,
        dashboardUrl: "",
      });
    },
    hello: (connectionId: string, afterSeq: string | null = null, atMs = nowMs) =>
      say(connectionId, { action: "hello", afterSeq }, atMs),
    push: (numbers: number[], atMs = nowMs) =>
      pushEvents(
        tenantId,
        numbers.map((n) => anEvent(n)),
        atMs,
        world.deps,
      ),
  };
}

type Deps = ReturnType<typeof setUp>["deps"];

/** Which connections of the tenant a sweep says the end of. */
async function sweptEnds(tenantId: string, atMs: number, { log }: Deps): Promise<string[]> {
  const told: Envelope[] = [];
  const publish = async (events: readonly Envelope[]) => void told.push(...events);
  await sweepOutbox(testTable.table, publish, log, atMs);
  return told.filter((event) => event.tenantId === tenantId).map(({ data }) => String(data["connectionId"]));
}

/** Sweeps each minute, and cuts what it is told of. Returns when it was told of some. */
async function firstSweepThatCuts(phaseMs: number, tenantId: string, deps: Deps): Promise<number> {
  for (let atMs = nowMs + phaseMs; ; atMs += 60_000) {
    const ends = await sweptEnds(tenantId, atMs, deps);
    await cutListeners(
      tenantId,
      ends.map((connectionId) => ({ connectionId })),
      deps,
    );
    if (ends.length > 0) return atMs;
    if (atMs > nowMs + 600_000) throw new Error("Nothing was told of within ten minutes.");
  }
}

describe("live events", () => {
  test("reach every dashboard of the tenant that said hello, in the order of their time", async () => {
    const { tenantId, connect, hello, push, eventsOf } = setUp();
    await connect(tenantId, "a");
    await connect(tenantId, "b");
    await connect(tenantId, "silent");
    await hello("a");
    await hello("b");

    await push([2, 1, 3]);

    expect(eventsOf("a").map(({ data }) => data["n"])).toEqual([1, 2, 3]);
    expect(eventsOf("b")).toEqual(eventsOf("a"));
    expect(eventsOf("silent")).toEqual([]);
  });

  test("R-01: delivered twice they are sent once", async () => {
    const { tenantId, connect, hello, push, eventsOf } = setUp();
    await connect(tenantId, "a");
    await hello("a");

    await push([1, 1]);
    await push([1, 2]);

    expect(eventsOf("a").map(({ id }) => id)).toEqual(["evt_1", "evt_2"]);
  });

  test("never cross to another tenant", async () => {
    const { connect, hello, push, framesOf } = setUp();
    await connect(newId("tenant"), "theirs");
    await hello("theirs");

    await push([1]);

    expect(framesOf("theirs")).toEqual([{ kind: "ready", seq: null, gap: false }]);
  });

  test("do not wait for a stuck dashboard: it is hung up on, and a gone one is forgotten", async () => {
    const { tenantId, connect, hello, push, set, eventsOf, closed, deps } = setUp();
    for (const id of ["stuck", "gone", "well"]) {
      await connect(tenantId, id);
      await hello(id);
    }
    set("stuck", "stuck");
    set("gone", "gone");

    await push([1]);

    expect(eventsOf("well")).toHaveLength(1);
    expect(closed).toEqual(["stuck"]);
    expect((await deps.connections.live(tenantId)).map(({ connectionId }) => connectionId)).toEqual(["well"]);
  });

  test("F20: a storm of 600 events becomes few frames, the last of which says to fetch afresh", async () => {
    const { tenantId, connect, hello, push, framesOf } = setUp();
    await connect(tenantId, "a");
    await hello("a");

    for (let i = 0; i < 600; i += 60) {
      const numbers = Array.from({ length: 60 }, (_, n) => i + n);
      await push(numbers, nowMs + i);
    }

    expect(framesOf("a").length).toBeLessThan(60);
    expect(framesOf("a").at(-1)).toMatchObject({ kind: "ready", gap: true });
  });

  test("one too large for a frame says to fetch afresh", async () => {
    const { tenantId, connect, hello, framesOf, deps } = setUp();
    await connect(tenantId, "a");
    await hello("a");

    await pushEvents(tenantId, [anEvent(1, { data: { text: "é".repeat(70_000) } })], nowMs, deps);

    expect(framesOf("a").at(-1)).toMatchObject({ kind: "ready", gap: true });
  });
});

describe("a dashboard that comes back", () => {
  test("gets what happened meanwhile, each event once by its id, in order, and then goes on live", async () => {
    const { tenantId, connect, hello, push, set, eventsOf, framesOf } = setUp();
    await connect(tenantId, "first");
    await hello("first");
    await push([1, 2], nowMs);
    const seen = eventsOf("first");
    set("first", "gone");
    await push([3], nowMs + 60_000);
    await push([4, 5], nowMs + 61_000);

    await connect(tenantId, "second");
    await hello("second", seen.at(-1)?.seq ?? null, nowMs + 62_000);
    await push([6], nowMs + 63_000);

    const known = new Set(seen.map(({ id }) => id));
    const fresh = eventsOf("second").filter(({ id }) => !known.has(id));
    expect(fresh.map(({ id }) => id)).toEqual(["evt_3", "evt_4", "evt_5", "evt_6"]);
    expect(framesOf("second").at(-2)).toEqual({ kind: "ready", seq: fresh[2]?.seq, gap: false });
    expect(fresh.map(({ seq }) => seq)).toEqual(fresh.map(({ seq }) => seq).toSorted());
  });

  test("misses no event whose writer was slower than its number says", async () => {
    const { tenantId, connect, hello, push, eventsOf } = setUp();
    await connect(tenantId, "a");
    await hello("a");
    await push([2], nowMs + 20_000);
    const afterSeq = eventsOf("a").at(-1)?.seq ?? null;
    await push([1], nowMs);

    await connect(tenantId, "b");
    await hello("b", afterSeq, nowMs + 30_000);

    expect(eventsOf("b").map(({ id }) => id)).toEqual(["evt_1", "evt_2"]);
  });

  test("live and resumed at once, it lacks nothing", async () => {
    const { tenantId, connect, hello, push, eventsOf } = setUp();
    await connect(tenantId, "a");
    await hello("a");
    await push([0]);
    const afterSeq = eventsOf("a").at(-1)?.seq ?? null;
    await connect(tenantId, "b");

    const numbers = Array.from({ length: 10 }, (_, i) => i + 1);
    await Promise.all([hello("b", afterSeq), ...numbers.map((n) => push([n]))]);

    expect(new Set(eventsOf("b").map(({ id }) => id))).toEqual(
      new Set([0, ...numbers].map((n) => `evt_${n}`)),
    );
  });

  test.each([
    ["after a day", "1700000000000.00000.evt_1"],
    ["with a seq that is none of ours", "x".repeat(5_000)],
    ["with an empty seq", ""],
  ])("%s it is told to fetch afresh", async (_, afterSeq) => {
    const { tenantId, connect, hello, push, framesOf, eventsOf } = setUp();
    await push([1]);
    await connect(tenantId, "a");

    await hello("a", afterSeq);

    expect(framesOf("a")).toEqual([{ kind: "ready", seq: expect.stringContaining("evt_1"), gap: true }]);
    expect(eventsOf("a")).toEqual([]);
  });

  test("after more than is worth replaying it is told to fetch afresh", async () => {
    const { tenantId, connect, hello, push, framesOf, eventsOf } = setUp();
    await connect(tenantId, "a");
    await hello("a");
    await push([0]);
    const afterSeq = eventsOf("a")[0]?.seq ?? null;
    await push(
      Array.from({ length: 300 }, (_, i) => i + 1),
      nowMs + 1_000,
    );

    await connect(tenantId, "b");
    await hello("b", afterSeq, nowMs + 2_000);

    expect(framesOf("b")).toEqual([{ kind: "ready", seq: expect.any(String), gap: true }]);
  });
});

describe("what a client may say", () => {
  test("ping is answered with pong", async () => {
    const { tenantId, connect, say, framesOf } = setUp();
    await connect(tenantId, "a");

    await say("a", { action: "ping" });

    expect(framesOf("a")).toEqual([{ kind: "pong" }]);
  });

  test("anything else is answered with what would be right, and the connection goes on", async () => {
    const { tenantId, connect, say, framesOf } = setUp();
    await connect(tenantId, "a");
    const frames = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('{"action":"hello"}', '{"action":"ping","x":1}', ""),
    );

    await fc.assert(
      fc.asyncProperty(frames, (text) => say("a", text)),
      { numRuns: 50 },
    );

    expect(new Set(framesOf("a").map(({ kind }) => kind))).toEqual(new Set(["error"]));
    expect(framesOf("a")[0]).toMatchObject({
      detail: expect.stringContaining('{"action":"hello","afterSeq":null}'),
    });
  });

  test("a connection that nobody let in is hung up on", async () => {
    const { say, closed, framesOf } = setUp();

    await say("stranger", { action: "hello", afterSeq: null });

    expect(closed).toEqual(["stranger"]);
    expect(framesOf("stranger")).toEqual([]);
  });
});

describe("who listens", () => {
  const listener = { personId: "per_a", sessionId: "ses_a" };

  test("hears of the projects it is narrowed to, live and when it resumes", async () => {
    const { tenantId, connect, hello, deps, eventsOf } = setUp();
    await connect(tenantId, "a", "open", { projects: ["checkout"] });
    await connect(tenantId, "late", "open", { projects: ["checkout", "default"] });
    await hello("a");
    const elsewhere = { "sentinelops.project": "search" };
    const events = [
      { n: 1, project: "checkout" },
      { n: 2, project: "search" },
      { n: 3, labels: {} },
      { n: 4, labels: elsewhere },
      { n: 5, labels: {}, contributions: [{ labels: elsewhere }] },
      { n: 6 },
      { n: 7, labels: { "service.name": "shop", "sentinelops.project": "checkout" }, kind: "vector" },
    ].map((data) => anEvent(data.n, { data }));

    await pushEvents(tenantId, events, nowMs, deps);
    const [heard] = eventsOf("a");
    await hello("late", heard?.kind === "event" ? heard.seq : null);

    expect(eventsOf("a").map(({ data }) => data["n"])).toEqual([1, 7]);
    expect(eventsOf("late").map(({ data }) => data["n"])).toEqual([1, 3, 7]);
  });

  test("S-34: is hung up on when its session ends, or its person loses a role; others go on", async () => {
    const { tenantId, connect, hello, deps, closed } = setUp();
    await connect(tenantId, "a", "open", { listener });
    await connect(tenantId, "b", "open", { listener: { personId: "per_a", sessionId: "ses_b" } });
    await connect(tenantId, "c", "open", { listener: { personId: "per_c", sessionId: "ses_c" } });
    await connect(tenantId, "key");
    for (const id of ["a", "b", "c", "key"]) await hello(id);

    await cutListeners(tenantId, [{ sessionId: "ses_a" }], deps);
    expect(closed).toEqual(["a"]);
    await cutListeners(tenantId, [{ personId: "per_a" }], deps);
    expect(closed).toEqual(["a", "b"]);
    expect((await deps.connections.live(tenantId)).map(({ connectionId }) => connectionId).sort()).toEqual([
      "c",
      "key",
    ]);
  });

  test("an API key's streams are hung up on when it is revoked, and no other's", async () => {
    const { tenantId, connect, hello, deps, closed } = setUp();
    await connect(tenantId, "a", "open", { keyId: "one" });
    await connect(tenantId, "b", "open", { keyId: "two" });
    await connect(tenantId, "c", "open", { listener });
    for (const id of ["a", "b", "c"]) await hello(id);

    await cutListeners(tenantId, [{ keyId: "one" }], deps);

    expect(closed).toEqual(["a"]);
  });

  test("a stream whose credential is over does not live on by its pings", async () => {
    const { tenantId, connect, hello, deps, closed } = setUp();
    await connect(tenantId, "a", "open", { keyId: "one", untilMs: nowMs + 1_000 });
    await hello("a");
    await answerClient("a", '{"action":"ping"}', nowMs + 999, deps);
    expect(closed).toEqual([]);

    await answerClient("a", '{"action":"ping"}', nowMs + 1_000, deps);

    expect(closed).toEqual(["a"]);
  });

  test("S-34: what was opened with a credential that is over is told nothing more", async () => {
    const { tenantId, connect, hello, push, eventsOf, closed } = setUp();
    await connect(tenantId, "a", "open", { listener, untilMs: nowMs + 1_000 });
    await hello("a");
    await push([1]);
    await push([2], nowMs + 1_000);

    expect(eventsOf("a").map(({ data }) => data["n"])).toEqual([1]);
    expect(closed).toEqual(["a"]);
  });

  test.each([
    ["an API key that ends", { expiresAtMs: nowMs + 90_000 }],
    ["a session that ends", { session: { session: { sessionId: "ses_a", endsAtMs: nowMs + 90_000 } } }],
  ])("S-29, S-34: a silent stream of %s is hung up on within the minute after", async (_, credential) => {
    for (const phaseMs of [0, 5_000, 15_000, 29_999, 30_001, 59_999]) {
      const { tenantId, admit, hello, deps, closed } = setUp();
      await admit("silent", credential);
      await admit("never-said-hello", credential);
      await admit("lasting", {});
      for (const id of ["silent", "lasting"]) await hello(id);

      const cutMs = await firstSweepThatCuts(phaseMs, tenantId, deps);

      expect(cutMs - (nowMs + 90_000)).toBeGreaterThanOrEqual(-5_000);
      expect(cutMs - (nowMs + 90_000)).toBeLessThan(60_000);
      expect(closed.sort()).toEqual(["never-said-hello", "silent"]);
      expect((await deps.connections.live(tenantId)).map(({ connectionId }) => connectionId)).toEqual([
        "lasting",
      ]);
    }
  });

  test("nothing is owed for a stream that its client ended, nor for one that cannot outlast its credential", async () => {
    const { tenantId, admit, deps } = setUp();
    await admit("left", { expiresAtMs: nowMs + 1_000 });
    await admit("long", { expiresAtMs: nowMs + 3 * 3_600_000 });
    const left = await deps.connections.find("left");
    if (left) await deps.connections.forget(left);

    expect(await sweptEnds(tenantId, nowMs + 86_400_000, deps)).toEqual([]);
  });

  test("whoever lost the right between the handshake and the hello is told nothing", async () => {
    const { tenantId, connect, deps, framesOf, closed } = setUp();
    await connect(tenantId, "a", "open", { listener });

    const frame = JSON.stringify({ action: "hello", afterSeq: null });
    await answerClient("a", frame, nowMs, { ...deps, mayListen: async () => false });

    expect(framesOf("a")).toEqual([]);
    expect(closed).toEqual(["a"]);
    expect(await deps.connections.live(tenantId)).toEqual([]);
  });
});
