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

/** One tenant's view of the API, or that of who is narrowed to some projects of it. */
function anApi(
  stage: Stage = makeStage(db.table),
  scopes: readonly Access[] = everything,
  projects: readonly string[] | null = null,
) {
  const services = (): Services => ({
    ...stage.deps,
    allow: [],
    maxChannels: 100,
    subscribeEmail: async () => ({ confirmed: true }),
    authenticate: async (request) => {
      if (request.headers["authorization"] !== "Bearer test") throw new Unauthenticated("no key");
      const actor = { kind: "key" as const, id: "key_1", name: "Tests" };
      return { tenantId: stage.tenantId, actor, scopes, projects };
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

  test("who is narrowed sees own channels, routes and deliveries and the whole tenant's, and changes the own alone", async () => {
    const stage = makeStage(db.table);
    const whole = anApi(stage);
    const own = anApi(stage, everything, ["checkout"]);
    const other = anApi(stage, everything, ["search"]);
    const [ofTenant, ofOwn, ofOther] = await Promise.all(
      [whole, own, other].map(async ({ ask }, i) =>
        CreatedChannel.parse((await ask("POST /api/channels", { ...slack, name: `${i}` })).body),
      ),
    );
    const channels = [ofTenant, ofOwn, ofOther].map((one) => one?.id ?? "");
    const routeIds = [ofTenant, ofOwn, ofOther].map((one) => one?.defaultRouteId ?? "");
    await stage.dispatch(opened({ incidentId: "inc_own", project: "checkout" }));
    await stage.dispatch(opened({ incidentId: "inc_other", project: "search" }));
    const ids = async (path: string) => {
      const { items } = (await own.ask(path)).body as ChannelList | RouteList;
      return items.map(({ id }) => id).sort();
    };
    const change = { kind: "slack", name: "mine now" };
    const route = { name: "mine now", channelIds: [channels[1]] };
    const statuses = async (key: string, of: readonly string[], body?: unknown) =>
      Promise.all(of.map(async (id) => (await own.ask(key, body, own.on(id))).status));

    expect([ofTenant, ofOwn, ofOther].map((one) => one?.project)).toEqual([null, "checkout", "search"]);
    expect(await ids("GET /api/channels")).toEqual([channels[0], channels[1]].sort());
    expect(await ids("GET /api/notification-routes")).toEqual([routeIds[0], routeIds[1]].sort());
    const deliveries = DeliveryList.parse((await own.ask("GET /api/deliveries")).body).items;
    expect(new Set(deliveries.map(({ incidentId }) => incidentId))).toEqual(new Set(["inc_own"]));
    const foreign = (await stage.deliveries()).filter(({ project }) => project !== "checkout");
    expect(foreign.length).toBeGreaterThan(0);
    for (const { id } of foreign) {
      expect((await own.ask("GET /api/deliveries/{id}", undefined, own.on(id))).status).toBe(404);
    }
    expect(await statuses("GET /api/channels/{id}", channels)).toEqual([200, 200, 404]);
    expect(await statuses("POST /api/channels/{id}/test", channels)).toEqual([403, 202, 404]);
    expect(await statuses("PUT /api/channels/{id}", channels, change)).toEqual([403, 200, 404]);
    expect(await statuses("PUT /api/notification-routes/{id}", routeIds, route)).toEqual([403, 200, 404]);
    expect(await statuses("DELETE /api/notification-routes/{id}", routeIds)).toEqual([403, 204, 404]);
    expect(await statuses("DELETE /api/channels/{id}", channels)).toEqual([403, 204, 404]);
    const refused = await own.ask("DELETE /api/channels/{id}", undefined, own.on(channels[0] ?? ""));
    expect(JSON.stringify(refused.body)).toMatch(/whole tenant's; who is narrowed to checkout may see it/);
  });

  test("who is narrowed makes nothing for the whole tenant or another project, and names one of several", async () => {
    const stage = makeStage(db.table);
    const own = anApi(stage, everything, ["checkout"]);
    const several = anApi(stage, everything, ["checkout", "search"]);
    const theirs = CreatedChannel.parse(
      (await anApi(stage).ask("POST /api/channels", { ...slack, project: "search" })).body,
    );
    const mine = CreatedChannel.parse((await own.ask("POST /api/channels", slack)).body);
    const route = { name: "r", channelIds: [mine.id] };

    for (const project of [null, "search"]) {
      expect((await own.ask("POST /api/channels", { ...slack, project })).status).toBe(403);
      expect((await own.ask("POST /api/notification-routes", { ...route, project })).status).toBe(403);
      const put = await own.ask("PUT /api/channels/{id}", { ...slack, project }, own.on(mine.id));
      expect(put.status).toBe(403);
      const moved = { ...route, project };
      const { defaultRouteId = "" } = mine;
      const reply = await own.ask("PUT /api/notification-routes/{id}", moved, own.on(defaultRouteId));
      expect(reply.status).toBe(403);
    }
    const led = { ...route, channelIds: [theirs.id] };
    expect((await own.ask("POST /api/notification-routes", led)).status).toBe(404);
    for (const [key, body] of [
      ["POST /api/channels", slack],
      ["POST /api/notification-routes", route],
    ] as const) {
      expect(await several.ask(key, body)).toMatchObject({ status: 400, body: { field: "project" } });
      expect((await several.ask(key, { ...body, project: "checkout" })).status).toBe(201);
    }
  });

  test("a page of who is narrowed is filled past what others have", async () => {
    const stage = makeStage(db.table);
    for (let i = 0; i < 5; i++) await anApi(stage).ask("POST /api/channels", { ...slack, project: "search" });
    const own = anApi(stage, everything, ["checkout"]);
    const { id } = CreatedChannel.parse((await own.ask("POST /api/channels", slack)).body);

    const page = await own.ask("GET /api/channels", undefined, { query: { limit: "2" } });

    expect(ChannelList.parse(page.body)).toMatchObject({ items: [{ id }], cursor: null });
  });

  test("a route leads to channels of its own project and the whole tenant's, whatever is changed in what order", async () => {
    const { ask, on } = anApi();
    const make = async (project: string | null) =>
      CreatedChannel.parse((await ask("POST /api/channels", { ...slack, project })).body);
    const [ofTenant, ofOwn] = [await make(null), await make("checkout")];
    const both = { name: "r", channelIds: [ofTenant.id, ofOwn.id] };
    const put = (channel: CreatedChannel, project: string | null) =>
      ask("PUT /api/channels/{id}", { kind: "slack", name: "n", project }, on(channel.id));
    const putRoute = (id: string, body: object) => ask("PUT /api/notification-routes/{id}", body, on(id));

    const refused = await ask("POST /api/notification-routes", both);
    const made = await ask("POST /api/notification-routes", { ...both, project: "checkout" });
    const { id } = NotificationRoute.parse(made.body);

    expect(refused).toMatchObject({ status: 400, body: { field: "channelIds" } });
    expect((await putRoute(id, both)).body).toMatchObject({ project: "checkout", version: 2 });
    expect((await putRoute(id, { ...both, project: null })).status).toBe(400);
    expect(await put(ofOwn, "search")).toMatchObject({ status: 409, body: { field: "project" } });
    expect(await put(ofTenant, "checkout")).toMatchObject({ status: 409, body: { field: "project" } });
    const { defaultRouteId = "" } = ofTenant;
    const narrowed = await putRoute(defaultRouteId, {
      name: "All incidents",
      channelIds: [ofTenant.id],
      project: "checkout",
    });
    expect(narrowed.body).toMatchObject({ project: "checkout" });
    expect((await put(ofTenant, "checkout")).body).toMatchObject({ project: "checkout" });
    expect((await put(ofOwn, null)).body).toMatchObject({ project: null });
    const kept = await ask("PUT /api/channels/{id}", { kind: "slack", name: "n" }, on(ofTenant.id));
    expect(kept.body).toMatchObject({ project: "checkout" });
  });

  test("the first channel of a project gets a route of that project, and the next one none", async () => {
    const { ask } = anApi();
    const make = async (project: string | null) =>
      CreatedChannel.parse((await ask("POST /api/channels", { ...slack, project })).body);

    const made = [await make("checkout"), await make("checkout"), await make("search"), await make(null)];

    const { items } = RouteList.parse((await ask("GET /api/notification-routes")).body);
    expect(made.map(({ defaultRouteId }) => defaultRouteId !== undefined)).toEqual([true, false, true, true]);
    for (const { id, project, defaultRouteId } of made.filter((one) => one.defaultRouteId)) {
      const route = items.find((one) => one.id === defaultRouteId);
      expect(route).toMatchObject({ name: "All incidents", project, channelIds: [id] });
    }
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
