import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { contracts } from "../../../functions/platform-contract/contracts.ts";
import { TenantTable } from "../../../shared/platform/aws/tenant-table.ts";
import { makeTenantStore } from "../../../shared/tenancy/index.ts";
import { inviteMember } from "../../../shared/tenancy/invite-member.ts";
import {
  type Access,
  Role,
  roleLevels,
  routeAccess,
  Scope,
  scopeLevels,
} from "../../../shared/tenancy/schemas.ts";
import { apiClient, eventually } from "../../support/api-client.ts";
import { databaseOf } from "../../support/database.ts";
import { listenTo } from "../../support/listener.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";
import { makePeopleWorld, type PeopleWorld } from "../world.ts";
import { bodies, filters, lists, makeIncident, makeThings, naming, type Things } from "./things.ts";

/** Whoever may ask: each role of a person, each scope of an API key, and nobody. */
interface Holder {
  name: string;
  levels: readonly string[];
  headers(): Promise<Record<string, string>>;
}

let runtime: Runtime;
let world: PeopleWorld;
let keys: ReturnType<typeof makeTenantStore>;
let things: Things;
let holders: Holder[];
let foreign: Holder[];
/** May everything in the runtime's own tenant, of a project that owns none of its things. */
let narrowed: Holder;
/** Owns the runtime's own tenant. */
let insider: Holder;
/** What the tenant of the foreign ones has itself. */
let theirs: Things;
beforeAll(async () => {
  runtime = await startRuntime();
  const table = new TenantTable(databaseOf(runtime), "tenancy");
  world = makePeopleWorld(table, Date.now);
  keys = makeTenantStore(table);
  things = { ...(await makeThings(apiClient(runtime))), ...(await makePeople(runtime.tenantId)) };
  const trial = await world.aTenant("Trial");
  holders = [
    ...(await Promise.all(Role.options.map((role) => personAs(role, trial)))),
    ...(await Promise.all(Scope.options.map((scope) => keyWith([scope], trial)))),
  ];
  insider = await personAs("owner", runtime.tenantId);
  const elsewhere = await world.aTenant("Elsewhere");
  foreign = [await personAs("owner", elsewhere), await keyWith(Scope.options, elsewhere)];
  narrowed = await keyWith(Scope.options, runtime.tenantId, "mine");
  const theirKey = (await keyWith(Scope.options, elsewhere)).text;
  theirs = await makeIncident(
    apiClient({ url: runtime.url, adminKey: theirKey, ingestKey: theirKey }),
    "elsewhere",
  );
}, 90_000);
afterAll(() => runtime?.stop());

async function makePeople(tenantId: string): Promise<Things> {
  const owner = await world.aMember(tenantId, { role: "owner" });
  const member = await world.aMember(tenantId);
  const { access } = await world.aSession(tenantId, member);
  const { invitation } = await inviteMember(
    world.ctxOf(tenantId, owner),
    { email: "invited@example.com", role: "viewer", projects: null },
    world.deps,
  );
  return {
    "/api/members/": member.personId,
    "/api/invitations/": invitation.invitationId,
    "/api/sessions/": /^so_session_([^_]+)/.exec(access)?.[1] ?? "",
  };
}

async function personAs(role: Role, tenantId: string): Promise<Holder> {
  const person = await world.aMember(tenantId, { role });
  return {
    name: role,
    levels: roleLevels[role],
    // What one request ends must not be missing in the next.
    headers: async () => ({
      cookie: `so_session=${(await world.aSession(tenantId, person)).access}`,
      origin: runtime.url,
    }),
  };
}

async function keyWith(
  scopes: readonly Scope[],
  tenantId: string,
  projectId: string | null = null,
): Promise<Holder & { text: string }> {
  const name = scopes.join("+");
  const input = { environment: "local" as const, name, scopes, projectId, expiresAtMs: null };
  const { text } = await keys.createKey(tenantId, input, Date.now());
  return {
    text,
    name: `a key that may ${scopes.join(", ")}`,
    levels: scopes.flatMap((scope) => scopeLevels[scope]),
    headers: async () => ({ authorization: `Bearer ${text}` }),
  };
}

/** Asks with one id in every place of the address, or with one for each place. */
async function ask(
  route: string,
  id: string | readonly string[],
  headers: Record<string, string>,
  { sent = bodies[route] ?? {}, query = "" }: { sent?: unknown; query?: string } = {},
) {
  const [method = "", path = ""] = route.split(" ");
  const body = method === "GET" || method === "DELETE" ? undefined : JSON.stringify(sent);
  const ids = typeof id === "string" ? [id, id] : [...id];
  const address = path.replace(/\{\w+\}/g, () => encodeURIComponent(ids.shift() ?? ""));
  return eventually("an answer within the limits, which are not the matter here", async () => {
    const answer = await fetch(runtime.url + address + query, {
      method,
      redirect: "manual",
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    return answer.status !== 429 && { status: answer.status, text };
  });
}

const routes = Object.entries(routeAccess) as [string, Access][];
const demanding = routes.filter(([, access]) => access !== "public");
/** Every tenant has detectors of these names, its own. */
const isOfEachTenant = (route: string) => route.includes("/api/detectors/");
const ofThings = demanding.filter(([route]) => route.includes("{id}") && !isOfEachTenant(route));

describe("S-13: every route by every role and every scope", () => {
  test.each(demanding)("%s is for who has %s, and for nobody else", async (route, access) => {
    const answers = await Promise.all(
      holders.map(async ({ name, headers }) => {
        const { status, text } = await ask(route, "nothing-of-this-name", await headers());
        expect([name, text.includes("Exception"), status < 500]).toEqual([name, false, true]);
        return `${name} is ${status === 403 || status === 401 ? "refused" : "let in"}`;
      }),
    );

    expect(answers).toEqual(
      holders.map(({ name, levels }) => `${name} is ${levels.includes(access) ? "let in" : "refused"}`),
    );
    expect((await ask(route, "nothing-of-this-name", {})).status).toBe(401);
  });

  test("S-31: a key in the address is refused on every one of them, with another credential beside it too", async () => {
    const query = `?api_key=${runtime.adminKey}`;
    const credentials = [{}, ownerHeaders(), await insider.headers()];
    const taken: unknown[] = [];
    for (const [route] of demanding) {
      for (const headers of credentials) {
        const { status, text } = await ask(route, "nothing-of-this-name", headers, { query });
        if (status !== 401 || text.includes(runtime.adminKey)) taken.push([route, status]);
      }
    }

    expect(taken).toEqual([]);
    expect(await handshake({}, query)).toBe(401);
    expect(await handshake(ownerHeaders(), query)).toBe(401);
  }, 60_000);

  test("the stream is for who may read, and for nobody else", async () => {
    for (const { name, levels, headers } of holders) {
      expect([name, await handshake(await headers())]).toEqual([name, levels.includes("read") ? 101 : 403]);
    }
    expect(await handshake({ origin: runtime.url })).toBe(401);
  });
});

describe("S-01: another tenant's things", () => {
  test.each(ofThings)("%s: they are not there, for people or keys, and nothing changes", async (route) => {
    const prefix = route.slice(route.indexOf(" ") + 1, route.indexOf("{"));
    // A route whose address names a kind of thing that is made nowhere would prove nothing.
    expect(Object.keys(things)).toContain(prefix);
    const before = await everything();

    const whole = route.slice(route.indexOf(" ") + 1, route.lastIndexOf("{"));
    const [mine, own] = [things, theirs].map((of) => [of[prefix] ?? "", of[whole] ?? ""] as const);
    const addresses =
      whole === prefix
        ? [[mine?.[0] ?? ""]]
        : [mine ?? [], [mine?.[0] ?? "", own?.[1] ?? ""], [own?.[0] ?? "", mine?.[1] ?? ""]];
    for (const { headers } of foreign) {
      for (const ids of addresses) {
        expect(ids).not.toContain("");
        expect((await ask(route, ids, await headers())).status).toBe(404);
      }
    }

    expect(await everything()).toEqual(before);
  });

  test("every place of every address that takes an id is one of those, or is found by a name", () => {
    const places = demanding.flatMap(([route]) => [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));

    expect(new Set(places)).toEqual(new Set(["id", "analysisId", "name", "service"]));
  });

  test.each(filters)("%s finds nothing by another tenant's id", async (query, prefix) => {
    const id = things[prefix] ?? "";
    const mine = await apiClient(runtime).ask<{ items: unknown[] }>(`GET ${query}${id}`);
    expect(mine.items.length).toBeGreaterThan(0);

    for (const { headers } of foreign) {
      const { text } = await ask(`GET ${query}${id}`, "", await headers());
      expect(JSON.parse(text)).toMatchObject({ items: [] });
    }
  });

  test.each(naming)("%s takes no id of another tenant's in its body", async (route, prefix, body) => {
    for (const { headers } of foreign) {
      const { status } = await ask(route, "", await headers(), { sent: body(things[prefix] ?? "") });
      expect([400, 404]).toContain(status);
    }
  });

  test.each(["GET /api/services/{name}", "DELETE /api/services/{name}"])(
    "%s knows no service that another tenant named",
    async (route) => {
      for (const { headers } of foreign) {
        expect((await ask(route, "till", await headers())).status).toBe(404);
      }
      await apiClient(runtime).ask("GET /api/services/till");
    },
  );

  test("a metric of the same name shows nothing of the other's", async () => {
    for (const { headers } of foreign) {
      const { text } = await ask("GET /api/metrics/{name}/series", "disk", await headers());
      expect(text).not.toContain("store");
    }
  });

  const paging = Object.entries(contracts)
    .filter(([, { query }]) => query && "cursor" in query.shape)
    .map(([route]) => route);
  test.each(paging)(
    "S-02: a cursor of %s opens the next page, and nothing in another tenant",
    async (route) => {
      const prefix = route.includes("{id}") ? route.slice(4, route.indexOf("{")) : "";
      const [mine, own] = [things, theirs].map((of) => (prefix === "" ? "disk" : of[prefix]));
      await insider.headers();
      const headers = await insider.headers();
      // A part of a file takes a thousand entries to fill, and goes by the same cursors as the list.
      const page = await ask(route.replace("/export", ""), mine ?? "", headers, { query: pageOf(route) });
      const { cursor } = JSON.parse(page.text) as { cursor: string };
      expect(cursor).toEqual(expect.any(String));
      const query = `${pageOf(route)}&cursor=${encodeURIComponent(cursor)}`.replace(
        route.endsWith("/export") ? "limit=1&" : "",
        "",
      );

      expect((await ask(route, mine ?? "", headers, { query })).status).toBe(200);
      for (const { headers } of foreign) {
        expect((await ask(route, own ?? "none", await headers(), { query })).status).toBe(own ? 400 : 404);
      }
    },
  );

  test("S-03: a tenant named in the body, the query or a header is not gone by", async () => {
    const [stranger] = foreign;
    const headers = { ...(await stranger?.headers()), "x-tenant-id": runtime.tenantId };

    const { status, text } = await ask(`GET /api/tenant?tenantId=${runtime.tenantId}`, "", headers);

    expect(status).toBe(200);
    expect(text).not.toContain(runtime.tenantId);
  });
});

test("another project's things are not there for who is narrowed, on any route, and nothing changes", async () => {
  /** A channel of the whole tenant is there to be led to. */
  const readable = new Set(["GET /api/channels/{id}"]);
  const before = await everything();

  const answers: [route: string, isRefused: boolean][] = [];
  for (const [route] of ofThings) {
    const prefix = route.slice(route.indexOf(" ") + 1, route.indexOf("{"));
    const { status } = await ask(route, things[prefix] ?? "", await narrowed.headers());
    answers.push([route, status === 403 || status === 404]);
  }

  expect(answers).toEqual(ofThings.map(([route]) => [route, !readable.has(route)]));
  expect(await everything()).toEqual(before);
});

/** What the runtime's own tenant has, as its administrator sees it. */
const ownerHeaders = () => ({ authorization: `Bearer ${runtime.adminKey}` });
const pageOf = (route: string) => (route.includes("anomalies") ? "?limit=1&sensitivity=high" : "?limit=1");

describe("S-01, S-03: another tenant's live events", () => {
  const eventIds = ({ frames }: { frames: { kind: string }[] }) =>
    frames.filter(({ kind }) => kind === "event");

  test("are not there for who names that tenant, or an event of it, in any place", async () => {
    const incident = things["/api/incidents/"] ?? "";
    const comment = (text: string) =>
      apiClient(runtime).ask(`POST /api/incidents/${incident}/comments`, { text });
    const mine = await listenTo(runtime, ownerHeaders());
    await comment("one");
    const seen = await eventually("an event", () => eventIds(mine)[0] as { seq: string } | undefined);
    const listeners = [];
    for (const { headers } of foreign) {
      const claims = { ...(await headers()), "x-tenant-id": runtime.tenantId };
      const query = `?tenantId=${runtime.tenantId}`;
      // From before the first of them on: the other's number says from when.
      const afterSeq = seen.seq.replace(/^\d+/, (ms) => String(Number(ms) - 60_000).padStart(13, "0"));
      listeners.push(await listenTo(runtime, claims, { afterSeq, query }));
    }

    for (const { socket } of listeners) {
      socket.send(JSON.stringify({ action: "hello", afterSeq: null, tenantId: runtime.tenantId }));
    }
    await comment("two");

    await eventually("the other has both", () => eventIds(mine).length > 1);
    for (const { frames, socket } of listeners) {
      await eventually("what names a tenant is no frame", () => frames.some(({ kind }) => kind === "error"));
      expect(JSON.stringify(frames)).not.toContain(runtime.tenantId);
      expect(JSON.stringify(frames)).not.toContain(incident);
      socket.close();
    }
    mine.socket.close();
  });
});

/** What the platform itself goes on changing: by analyses, by alerts that go on, by keys that are used. */
const moving = new Set(["lastUsedAt", "version", "updatedAt", "likelyCause", "alertCount", "firingCount"]);

/** What the lists say of everything else. */
async function everything(): Promise<string[]> {
  const api = apiClient(runtime);
  const answers = await eventually("the lists", () =>
    Promise.all(lists.map((list) => api.ask(`GET ${list}`))),
  );
  return answers.map((answer) =>
    JSON.stringify(answer, (name, value: unknown) => (moving.has(name) ? undefined : value)),
  );
}

function handshake(headers: Record<string, string>, query = ""): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${runtime.url.replace("http", "ws")}/ws${query}`, { headers });
    socket.on("open", () => {
      socket.close();
      resolve(101);
    });
    socket.on("unexpected-response", (_request, response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on("error", () => undefined);
  });
}
