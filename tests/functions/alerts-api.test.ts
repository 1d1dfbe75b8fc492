import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { routes } from "../../functions/alerts-api/routes.ts";
import type { Services } from "../../functions/alerts-api/services.ts";
import {
  Alert,
  AlertDecisionList,
  AlertList,
  AlertRule,
  AlertRuleList,
  BacktestResult,
} from "../../shared/alerts/schemas.ts";
import { Unauthenticated } from "../../shared/platform/errors.ts";
import type { HttpRequest } from "../../shared/platform/http/request.ts";
import { type Access, answer } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/permissions.ts";
import { noonMs } from "../alerts/builders.ts";
import { type Stage, startStage } from "../alerts/stage.ts";
import { aLog } from "../platform/builders.ts";
import { aRequest } from "../tenancy/builders.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

/** One tenant's view of the API. */
function anApi(tenantId: string, scopes: readonly Access[] = ["read", "operate"], maxRules = 1_000) {
  const services = () =>
    ({
      ...stage.tickDeps,
      metrics: { ...stage.metrics.store, query: () => Promise.reject(new Error("not here")) },
      maxRules,
      log: aLog(),
      redactionSalt: async () => "salt",
      authenticate: async (request: HttpRequest) => {
        if (request.headers["authorization"] !== "Bearer test") throw new Unauthenticated("no key");
        return { tenantId, actor: { kind: "key" as const, id: "key_1" }, scopes };
      },
    }) as unknown as Services;
  return async (routeKey: string, body?: unknown, changes: Partial<HttpRequest> = {}) => {
    const [method = "", path = ""] = routeKey.split(" ");
    const raw = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? "" : JSON.stringify(body));
    const { headers, ...rest } = changes;
    const request = aRequest({
      method,
      path,
      body: raw,
      ...rest,
      headers: { authorization: "Bearer test", ...headers },
    });
    return answer({ services, routes, access: routeAccess }, request, routeKey);
  };
}

const on = (id: string) => ({ params: { id } });
const minimal = {
  name: "CPU is busy",
  metric: "cpu",
  operator: ">",
  thresholds: { critical: 90 },
  groupBy: ["host"],
};
const problem = (reply: { body?: unknown }) => reply.body as { detail: string; field?: string };

describe("alert rules", () => {
  test("a rule lives: made, listed, read, replaced, deleted", async () => {
    const { tenantId } = await stage.tenant();
    const ask = anApi(tenantId);

    const made = await ask("POST /api/alert-rules", minimal);
    const rule = AlertRule.parse(made.body);
    const listed = AlertRuleList.parse((await ask("GET /api/alert-rules")).body);
    const replaced = await ask("PUT /api/alert-rules/{id}", { ...minimal, name: "New" }, on(rule.id));
    const read = await ask("GET /api/alert-rules/{id}", undefined, on(rule.id));
    const deleted = await ask("DELETE /api/alert-rules/{id}", undefined, on(rule.id));

    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"' } });
    expect(rule).toMatchObject({
      ...minimal,
      version: 1,
      aggregate: "avg",
      windowMs: 60_000,
      updatedBy: "key_1",
    });
    expect(listed).toEqual({ items: [rule], cursor: null });
    expect(replaced).toMatchObject({
      status: 200,
      body: { name: "New", version: 2, createdAt: rule.createdAt },
    });
    expect(read.body).toEqual(replaced.body);
    expect(deleted.status).toBe(204);
    expect((await ask("GET /api/alert-rules/{id}", undefined, on(rule.id))).status).toBe(404);
    expect((await ask("DELETE /api/alert-rules/{id}", undefined, on(rule.id))).status).toBe(404);
    expect((await ask("GET /api/alert-rules")).body).toEqual({ items: [], cursor: null });
  });

  test("S-09: of many rules made at once no more stand than the quota has", async () => {
    const ask = anApi("ten_many", ["read", "operate"], 3);

    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => ask("POST /api/alert-rules", { ...minimal, name: `Rule ${i}` })),
    );

    expect(replies.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = replies.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ detail: expect.stringContaining("3 is the most") });
    const { items } = AlertRuleList.parse((await ask("GET /api/alert-rules")).body);
    expect(items).toHaveLength(3);
  });

  test("with If-Match only the version named is replaced", async () => {
    const { tenantId, rules } = await stage.tenant({});
    const ask = anApi(tenantId);
    const put = (version: string) =>
      ask("PUT /api/alert-rules/{id}", minimal, {
        ...on(rules[0]?.id ?? ""),
        headers: { "if-match": version },
      });

    expect((await put('"1"')).status).toBe(200);
    const stale = await put('"1"');
    expect(stale.status).toBe(409);
    expect(problem(stale).detail).toContain("at version 2, not 1");
    expect((await put("yesterday")).status).toBe(400);
  });

  test.each<[object, string, string]>([
    [{ match: "{host=}" }, "match", "matcher"],
    [{ match: '{host=~"("}' }, "match", "RE2"],
    [{ annotations: { summary: "{{ valeu }}" } }, "annotations.summary", "{{ valeu }}"],
    [{ groupBy: ["*", "host"] }, "groupBy", "alone"],
    [{ groupBy: ["host", "host"] }, "groupBy", "twice"],
    [{ thresholds: {} }, "thresholds", "at least one"],
    [{ thresholds: { warning: 95, critical: 90 } }, "thresholds.critical", "swap"],
    [{ labels: { "1st": "x" } }, "labels", "not a name"],
    [{ operator: "=>" }, "operator", "operator"],
    [{ windowMs: "5m" }, "windowMs", "windowMs"],
    [{ tenantId: "ten_other" }, "body", "tenantId"],
  ])("S-07: %j is refused, naming what was wrong", async (change, field, words) => {
    const { tenantId } = await stage.tenant();

    const reply = await anApi(tenantId)("POST /api/alert-rules", { ...minimal, ...change });

    expect(reply.status).toBe(400);
    expect(problem(reply)).toMatchObject({ field, detail: expect.stringContaining(words) });
    expect(await stage.ruleStore.listAll(tenantId)).toEqual([]);
  });

  test("every naughty string comes back unchanged as text", async () => {
    const { tenantId } = await stage.tenant();
    const ask = anApi(tenantId);
    const strings: string[] = JSON.parse(
      readFileSync(new URL("../ingest/fixtures/blns.json", import.meta.url), "utf8"),
    );
    for (let at = 0; at < strings.length; at += 16) {
      const some = strings.slice(at, at + 16).filter((text) => !text.includes("{{"));
      const annotations = Object.fromEntries(some.map((text, i) => [`a${i}`, text]));

      const made = await ask("POST /api/alert-rules", { ...minimal, annotations, labels: annotations });

      const { id } = AlertRule.parse(made.body);
      const read = AlertRule.parse((await ask("GET /api/alert-rules/{id}", undefined, on(id))).body);
      expect(read.annotations).toEqual(annotations);
      expect(read.labels).toEqual(annotations);
    }
  });

  test("the back-test answers for stored history and refuses a span that cannot be", async () => {
    const { tenantId } = await stage.tenant();
    const ask = anApi(tenantId);
    stage.metrics.keep(tenantId, [{ atMs: noonMs, value: 95 }]);
    const span = {
      from: new Date(noonMs - 60_000).toISOString(),
      to: new Date(noonMs + 120_000).toISOString(),
    };

    const reply = await ask("POST /api/alert-rules/backtest", { rule: minimal, ...span });

    expect(BacktestResult.parse(reply.body).firings).toMatchObject([
      { labels: { host: "a" }, peakValue: 95 },
    ]);
    const backwards = await ask("POST /api/alert-rules/backtest", { rule: minimal, from: "now", to: "-1h" });
    expect(backwards.status).toBe(400);
  });
});

describe("alerts", () => {
  async function withAlert() {
    const tenant = await stage.tenant({});
    await tenant.arrive([{ atMs: noonMs, value: 95 }]);
    const alert = await tenant.alertOf();
    return { ...tenant, alertId: alert?.id ?? "", ruleId: tenant.rules[0]?.id ?? "" };
  }

  test("an alert is listed, read and explained", async () => {
    const { tenantId, alertId, ruleId } = await withAlert();
    const ask = anApi(tenantId);

    const listed = AlertList.parse(
      (await ask("GET /api/alerts", undefined, { query: { state: "firing" } })).body,
    );
    const read = Alert.parse((await ask("GET /api/alerts/{id}", undefined, on(alertId))).body);
    const why = await ask("GET /api/alerts/{id}/decisions", undefined, on(alertId));
    const ofRule = await ask("GET /api/alert-rules/{id}/decisions", undefined, on(ruleId));

    expect(listed.items).toEqual([read]);
    expect(read).toMatchObject({ state: "firing", value: 95, startedAt: new Date(noonMs).toISOString() });
    expect(AlertDecisionList.parse(why.body).items).toMatchObject([
      { outcome: "fired", reason: read.reason },
    ]);
    const outcomes = AlertDecisionList.parse(ofRule.body).items.map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(["evaluated", "fired"]);
  });

  test("deleting a rule resolves its alerts, saying who did it", async () => {
    const { tenantId, alertId, ruleId, events } = await withAlert();
    const ask = anApi(tenantId);

    await ask("DELETE /api/alert-rules/{id}", undefined, on(ruleId));

    const read = Alert.parse((await ask("GET /api/alerts/{id}", undefined, on(alertId))).body);
    expect(read).toMatchObject({
      state: "resolved",
      reason: "The rule was deleted by key_1, so its alert ends.",
    });
    expect(events().map(({ type }) => type)).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
  });

  test("S-01: another tenant's rule and alert are not there, and stay as they are", async () => {
    const { alertId, ruleId, tenantId, eventTypes } = await withAlert();
    const stranger = await stage.tenant({});
    const ask = anApi(stranger.tenantId);
    const ids: [string, string, unknown?][] = [
      ["GET /api/alert-rules/{id}", ruleId],
      ["PUT /api/alert-rules/{id}", ruleId, minimal],
      ["DELETE /api/alert-rules/{id}", ruleId],
      ["GET /api/alert-rules/{id}/decisions", ruleId],
      ["GET /api/alerts/{id}", alertId],
      ["GET /api/alerts/{id}/decisions", alertId],
    ];

    for (const [route, id, body] of ids) expect((await ask(route, body, on(id))).status).toBe(404);

    expect(await stage.ruleStore.listAll(tenantId)).toMatchObject([
      { deletedBy: null, rule: { version: 1 } },
    ]);
    expect(eventTypes()).toEqual(["alert.fired.v1"]);
    expect((await ask("GET /api/alerts", undefined, { query: { ruleId } })).body).toEqual({
      items: [],
      cursor: null,
    });
  });

  test("S-03: a tenant id in query or header changes nothing", async () => {
    const { tenantId } = await withAlert();
    const stranger = await stage.tenant({});
    const changes = { query: { tenantId }, headers: { "x-tenant-id": tenantId } };

    const reply = await anApi(stranger.tenantId)("GET /api/alerts", undefined, changes);

    expect(reply.body).toEqual({ items: [], cursor: null });
  });

  test("S-13: a key that may only read changes no rule", async () => {
    const { tenantId, ruleId } = await withAlert();
    const ask = anApi(tenantId, ["read"]);

    expect((await ask("POST /api/alert-rules", minimal)).status).toBe(403);
    expect((await ask("PUT /api/alert-rules/{id}", minimal, on(ruleId))).status).toBe(403);
    expect((await ask("DELETE /api/alert-rules/{id}", undefined, on(ruleId))).status).toBe(403);
  });

  test("S-02, S-10: foreign cursors and large pages are refused", async () => {
    const one = await stage.tenant({}, {});
    const other = await stage.tenant({}, {});
    const query = (query: Record<string, string>) => ({ query });
    const page = await anApi(one.tenantId)("GET /api/alert-rules", undefined, query({ limit: "1" }));
    const { cursor } = AlertRuleList.parse(page.body);

    const ask = anApi(other.tenantId);
    expect((await ask("GET /api/alert-rules", undefined, query({ cursor: cursor ?? "" }))).status).toBe(400);
    expect((await ask("GET /api/alerts", undefined, query({ limit: "201" }))).status).toBe(400);
  });

  test("arbitrary bytes and arbitrary JSON never make a 5xx", async () => {
    const { tenantId } = await stage.tenant();
    const ask = anApi(tenantId);
    const writes = ["POST /api/alert-rules", "PUT /api/alert-rules/{id}", "POST /api/alert-rules/backtest"];
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const almost = fc.record(
      { thresholds: fc.jsonValue(), match: fc.string(), annotations: fc.jsonValue() },
      { requiredKeys: [] },
    );
    const json = fc.oneof(
      fc.jsonValue(),
      almost.map((change) => ({ ...minimal, ...change })),
      almost.map((change) => ({ rule: { ...minimal, ...change }, from: "-1h" })),
    );
    const ids = fc.string({ unit: "binary", maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...writes), fc.oneof(bytes, json), ids, async (route, body, id) => {
        expect((await ask(route, body, on(id))).status).toBeLessThan(500);
        const lookedUp = await ask("GET /api/alerts/{id}", undefined, on(id));
        expect(lookedUp.status).toBe(404);
        const filtered = await ask("GET /api/alerts", undefined, { query: { label: id, cursor: id } });
        expect(filtered.status).toBe(400);
      }),
      { numRuns: 60 },
    );
  });
});
