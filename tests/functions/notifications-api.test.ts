import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { routes } from "../../functions/notifications-api/routes.ts";
import type { Services } from "../../functions/notifications-api/services.ts";
import {
  Channel,
  ChannelList,
  CreatedChannel,
  Delivery,
  DeliveryList,
  NotificationRoute,
  RouteList,
} from "../../shared/notifications/schemas.ts";
import { Unauthenticated } from "../../shared/platform/errors.ts";
import type { HttpRequest } from "../../shared/platform/http/request.ts";
import { type Access, answer } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/permissions.ts";
import { makeStage, opened, type Stage } from "../notifications/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aRequest } from "../tenancy/builders.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable();
});
afterAll(() => db.stop());

const everything: Access[] = ["read", "operate"];

/** One tenant's view of the API. */
function anApi(stage: Stage = makeStage(db.table), scopes: readonly Access[] = everything) {
  const services = (): Services => ({
    ...stage.deps,
    allow: [],
    maxChannels: 100,
    subscribeEmail: async () => ({ confirmed: true }),
    authenticate: async (request) => {
      if (request.headers["authorization"] !== "Bearer test") throw new Unauthenticated("no key");
      return { tenantId: stage.tenantId, actor: { kind: "key", id: "key_1", name: "Tests" }, scopes };
    },
  });
  const ask = async (routeKey: string, body?: unknown, changes: Partial<HttpRequest> = {}) => {
    const [method = "", path = ""] = routeKey.split(" ");
    const raw = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? "" : JSON.stringify(body));
    const headers = { authorization: "Bearer test" };
    const request = aRequest({ method, path, headers, body: raw, ...changes });
    return answer({ services, routes, access: routeAccess }, request, routeKey);
  };
  return { stage, ask, on: (id: string) => ({ params: { id } }) };
}

const slack = { kind: "slack", name: "On call", webhookUrl: "https://hooks.slack.com/services/T0/B0/hidden" };

describe("notifications-api", () => {
  test("a channel lives: made, listed, read, changed, tested, removed", async () => {
    const { ask, on } = anApi();

    const made = await ask("POST /api/channels", slack);
    const { id } = CreatedChannel.parse(made.body);
    const listed = ChannelList.parse((await ask("GET /api/channels")).body);
    const read = Channel.parse((await ask("GET /api/channels/{id}", undefined, on(id))).body);
    const change = { kind: "slack", name: "Renamed" };
    const changed = Channel.parse((await ask("PUT /api/channels/{id}", change, on(id))).body);
    const tested = await ask("POST /api/channels/{id}/test", undefined, on(id));
    const removed = await ask("DELETE /api/channels/{id}", undefined, on(id));

    expect(made.status).toBe(201);
    expect(listed.items).toEqual([read]);
    expect(changed).toMatchObject({ id, name: "Renamed", version: 2 });
    expect(tested.status).toBe(202);
    expect(Delivery.parse(tested.body)).toMatchObject({ kind: "test", state: "pending", channelId: id });
    expect(removed).toMatchObject({ status: 204 });
    expect((await ask("GET /api/channels/{id}", undefined, on(id))).status).toBe(404);
  });

  test("a route lives: made, listed, changed, removed", async () => {
    const { ask, on } = anApi();
    const channel = CreatedChannel.parse((await ask("POST /api/channels", slack)).body);
    const input = { name: "EU", match: '{region="eu"}', channelIds: [channel.id] };

    const made = await ask("POST /api/notification-routes", input);
    const route = NotificationRoute.parse(made.body);
    const listed = RouteList.parse((await ask("GET /api/notification-routes")).body);
    const changed = await ask(
      "PUT /api/notification-routes/{id}",
      { ...input, name: "Europe" },
      on(route.id),
    );
    const removed = await ask("DELETE /api/notification-routes/{id}", undefined, on(route.id));

    expect(made.status).toBe(201);
    expect(listed.items.map(({ name }) => name).sort()).toEqual(["All incidents", "EU"]);
    expect(changed.body).toMatchObject({ name: "Europe", version: 2 });
    expect(removed.status).toBe(204);
  });

  test("deliveries are listed newest first, by channel, by incident, and page by page", async () => {
    const stage = makeStage(db.table);
    const { ask, on } = anApi(stage);
    const [one, two] = await Promise.all(
      ["One", "Two"].map(async (name) =>
        CreatedChannel.parse((await ask("POST /api/channels", { ...slack, name })).body),
      ),
    );
    for (let i = 1; i <= 3; i++) {
      await stage.dispatch(opened({ incidentId: `inc_${i}`, at: `2026-11-20T12:00:0${i}.000Z` }));
    }
    const list = async (query: Record<string, string>) =>
      DeliveryList.parse((await ask("GET /api/deliveries", undefined, { query })).body);

    const all = await list({});
    const byIncident = await list({ incidentId: "inc_2" });
    const byChannel = await list({ channelId: one?.id ?? "" });
    const both = await list({ channelId: two?.id ?? "", incidentId: "inc_2" });
    const first = await list({ limit: "4" });
    const rest = await list({ limit: "4", cursor: first.cursor ?? "" });

    expect(all.items.map(({ incidentId }) => incidentId)).toEqual([
      "inc_3",
      "inc_3",
      "inc_2",
      "inc_2",
      "inc_1",
      "inc_1",
    ]);
    expect(byIncident.items).toHaveLength(2);
    expect(byChannel.items.map(({ incidentId }) => incidentId)).toEqual(["inc_3", "inc_2", "inc_1"]);
    expect(both.items).toMatchObject([{ channelId: two?.id, incidentId: "inc_2" }]);
    expect([...first.items, ...rest.items]).toEqual(all.items);
    const single = await ask("GET /api/deliveries/{id}", undefined, on(all.items[0]?.id ?? ""));
    expect(Delivery.parse(single.body)).toEqual(all.items[0]);
  });

  test("S-08: no answer of any route holds a secret, but the one that makes it", async () => {
    const { ask, on } = anApi();
    const hook = { kind: "webhook", name: "Hook", url: "https://example.com/hidden?key=hidden" };
    const made = await ask("POST /api/channels", hook);
    const { id, secret = "" } = CreatedChannel.parse(made.body);
    await ask("POST /api/channels", slack);

    const answers = await Promise.all([
      ask("GET /api/channels"),
      ask("GET /api/channels/{id}", undefined, on(id)),
      ask("PUT /api/channels/{id}", { kind: "webhook", name: "N" }, on(id)),
      ask("POST /api/channels/{id}/test", undefined, on(id)),
      ask("GET /api/deliveries"),
      ask("GET /api/notification-routes"),
    ]);

    for (const text of answers.map((reply) => JSON.stringify(reply))) {
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/hidden|whsec_/);
    }
  });

  test("S-01 S-02: another tenant's ids are 404 and its cursors 400 on every route", async () => {
    const theirs = anApi();
    const ours = anApi();
    const channel = CreatedChannel.parse((await theirs.ask("POST /api/channels", slack)).body);
    await theirs.ask("POST /api/channels", slack);
    const tested = await theirs.ask("POST /api/channels/{id}/test", undefined, theirs.on(channel.id));
    const own = CreatedChannel.parse((await ours.ask("POST /api/channels", slack)).body);
    const page = ChannelList.parse(
      (await theirs.ask("GET /api/channels", undefined, { query: { limit: "1" } })).body,
    );
    const route = { name: "r", channelIds: [own.id] };
    const routeId = channel.defaultRouteId ?? "";

    const foreign = await Promise.all([
      ours.ask("GET /api/channels/{id}", undefined, ours.on(channel.id)),
      ours.ask("PUT /api/channels/{id}", slack, ours.on(channel.id)),
      ours.ask("DELETE /api/channels/{id}", undefined, ours.on(channel.id)),
      ours.ask("POST /api/channels/{id}/test", undefined, ours.on(channel.id)),
      ours.ask("POST /api/notification-routes", { ...route, channelIds: [channel.id] }),
      ours.ask("PUT /api/notification-routes/{id}", route, ours.on(routeId)),
      ours.ask("DELETE /api/notification-routes/{id}", undefined, ours.on(routeId)),
      ours.ask("GET /api/deliveries/{id}", undefined, ours.on(Delivery.parse(tested.body).id)),
    ]);
    const cursor = page.cursor ?? "";

    expect(foreign.map(({ status }) => status)).toEqual(Array(8).fill(404));
    expect((await ours.ask("GET /api/channels", undefined, { query: { cursor } })).status).toBe(400);
    expect(DeliveryList.parse((await ours.ask("GET /api/deliveries")).body).items).toEqual([]);
  });

  test("S-13: a key that only reads changes nothing", async () => {
    const { ask, on } = anApi(makeStage(db.table), ["read"]);
    const writes = Object.keys(routes).filter((key) => !key.startsWith("GET "));

    const replies = await Promise.all(writes.map((key) => ask(key, slack, on("chn_1"))));

    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([403]));
  });

  test.each([
    [{ ...slack, tenantId: "ten_other" }, /tenantId/],
    [{ ...slack, webhookUrl: "https://127.1/x" }, /private or local network/],
    [{ ...slack, webhookUrl: "http://hooks.slack.com/x" }, /use https/],
    [{ ...slack, webhookUrl: "no" }, /webhookUrl/],
    [{ kind: "webhook", name: "w", url: "https://example.com:22/" }, /port 22/],
    [{ kind: "webhook", name: "w", url: "https://example.com/", secret: "whsec_short" }, /secret/],
    [{ kind: "sms", name: "s", phoneNumber: "0171 123" }, /E\.164/],
    [{ kind: "email", name: "e", address: "nobody" }, /address/],
    [{ kind: "pigeon", name: "p" }, /kind/],
    [[], /body/],
  ])("%j is refused, naming what is wrong", async (input, why) => {
    const reply = await anApi().ask("POST /api/channels", input);

    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toMatch(why);
  });

  test("arbitrary bytes and arbitrary JSON are answered 4xx, never 5xx", async () => {
    const { ask, on } = anApi();
    const writes = ["POST /api/channels", "PUT /api/channels/{id}", "POST /api/notification-routes"];
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...writes), body, async (key, bytes) => {
        const { status } = await ask(key, bytes, on("chn_none"));
        expect([400, 404]).toContain(status);
      }),
      { numRuns: 150 },
    );
  });

  test("every naughty string goes into a name and comes back unchanged", async () => {
    const file = new URL("../ingest/fixtures/blns.json", import.meta.url);
    const naughty = (JSON.parse(readFileSync(file, "utf8")) as string[])
      .map((text) => text.trim())
      .filter((text) => text.length > 0 && text.length <= 200);
    const { ask, on } = anApi();
    const { id } = CreatedChannel.parse((await ask("POST /api/channels", slack)).body);

    for (const name of naughty) {
      await ask("PUT /api/channels/{id}", { kind: "slack", name }, on(id));
      const read = await ask("GET /api/channels/{id}", undefined, on(id));
      expect(Channel.parse(read.body).name).toBe(name);
    }
  }, 60_000);
});
