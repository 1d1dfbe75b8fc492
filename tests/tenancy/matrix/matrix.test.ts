import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
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
import { apiClient } from "../../support/api-client.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";
import { makePeopleWorld, type PeopleWorld } from "../world.ts";
import { bodies, lists, makeThings, type Things } from "./things.ts";

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
beforeAll(async () => {
  runtime = await startRuntime();
  const credentials = {
    accessKeyId: runtime.awsEnv["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: "local",
  };
  const endpoint = runtime.awsEnv["AWS_ENDPOINT_URL_DYNAMODB"] ?? "";
  const client = new DynamoDBClient({ region: "us-east-1", endpoint, credentials });
  const table = new TenantTable(DynamoDBDocumentClient.from(client), "tenancy");
  world = makePeopleWorld(table, Date.now);
  keys = makeTenantStore(table);
  things = { ...(await makeThings(apiClient(runtime))), ...(await makePeople(runtime.tenantId)) };
  const trial = await world.aTenant("Trial");
  holders = [
    ...(await Promise.all(Role.options.map((role) => personAs(role, trial)))),
    ...(await Promise.all(Scope.options.map((scope) => keyWith([scope], trial)))),
  ];
  const elsewhere = await world.aTenant("Elsewhere");
  foreign = [await personAs("owner", elsewhere), await keyWith(Scope.options, elsewhere)];
  narrowed = await keyWith(Scope.options, runtime.tenantId, "mine");
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
): Promise<Holder> {
  const name = scopes.join("+");
  const input = { environment: "local" as const, name, scopes, projectId, expiresAtMs: null };
  const { text } = await keys.createKey(tenantId, input, Date.now());
  return {
    name: `a key that may ${scopes.join(", ")}`,
    levels: scopes.flatMap((scope) => scopeLevels[scope]),
    headers: async () => ({ authorization: `Bearer ${text}` }),
  };
}

async function ask(route: string, id: string, headers: Record<string, string>) {
  const [method = "", path = ""] = route.split(" ");
  const body = method === "GET" || method === "DELETE" ? undefined : JSON.stringify(bodies[route] ?? {});
  const answer = await fetch(runtime.url + path.replace(/\{\w+\}/, encodeURIComponent(id)), {
    method,
    redirect: "manual",
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, text: await answer.text() };
}

const routes = Object.entries(routeAccess) as [string, Access][];
const demanding = routes.filter(([, access]) => access !== "public");
/** Every tenant has detectors of these names, its own. */
const isOfEachTenant = (route: string) => route.includes("/api/detectors/");
const naming = demanding.filter(([route]) => route.includes("{id}") && !isOfEachTenant(route));

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

  test("the stream is for who may read, and for nobody else", async () => {
    for (const { name, levels, headers } of holders) {
      expect([name, await handshake(await headers())]).toEqual([name, levels.includes("read") ? 101 : 403]);
    }
    expect(await handshake({ origin: runtime.url })).toBe(401);
  });
});

describe("S-01: another tenant's things", () => {
  test.each(naming)("%s: they are not there, for people or keys, and nothing changes", async (route) => {
    const prefix = route.slice(route.indexOf(" ") + 1, route.indexOf("{"));
    // A route whose address names a kind of thing that is made nowhere would prove nothing.
    expect(Object.keys(things)).toContain(prefix);
    const before = await everything();

    for (const { headers } of foreign) {
      const { status } = await ask(route, things[prefix] ?? "", await headers());
      expect(status).toBe(404);
    }

    expect(await everything()).toEqual(before);
  });

  test("a metric of the same name shows nothing of the other's", async () => {
    for (const { headers } of foreign) {
      const { text } = await ask("GET /api/metrics/{name}/series", "disk", await headers());
      expect(text).not.toContain("store");
    }
  });

  test("S-02: a page's cursor is worth nothing in another tenant", async () => {
    await apiClient(runtime).ask("POST /api/projects", { projectId: "another", name: "Another" });
    const [stranger] = foreign;
    for (const list of ["/api/members", "/api/projects"]) {
      const page = await apiClient(runtime).ask<{ cursor: string | null }>(`GET ${list}?limit=1`);
      expect(page.cursor).not.toBeNull();

      const { status } = await ask(
        `GET ${list}?limit=1&cursor=${encodeURIComponent(page.cursor ?? "")}`,
        "",
        (await stranger?.headers()) ?? {},
      );
      expect(status).toBe(400);
    }
  });

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
  for (const [route] of naming) {
    const prefix = route.slice(route.indexOf(" ") + 1, route.indexOf("{"));
    const { status } = await ask(route, things[prefix] ?? "", await narrowed.headers());
    answers.push([route, status === 403 || status === 404]);
  }

  expect(answers).toEqual(naming.map(([route]) => [route, !readable.has(route)]));
  expect(await everything()).toEqual(before);
});

/** What the runtime's own tenant has, as its administrator sees it. */
/** What the platform itself goes on changing: by analyses, by alerts that go on, by keys that are used. */
const moving = new Set(["lastUsedAt", "version", "updatedAt", "likelyCause", "alertCount", "firingCount"]);

/** What the lists say of everything else. */
async function everything(): Promise<string[]> {
  const api = apiClient(runtime);
  const answers = await Promise.all(lists.map((list) => api.ask(`GET ${list}`)));
  return answers.map((answer) =>
    JSON.stringify(answer, (name, value: unknown) => (moving.has(name) ? undefined : value)),
  );
}

function handshake(headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${runtime.url.replace("http", "ws")}/ws`, { headers });
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
