import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { renderError } from "../../functions/tenancy-session/replies.ts";
import { routes } from "../../functions/tenancy-session/routes.ts";
import type { Services } from "../../functions/tenancy-session/services.ts";
import type { HttpRequest } from "../../shared/platform/http/request.ts";
import { answer } from "../../shared/platform/lambda/http-door.ts";
import {
  makeAuthenticate,
  makeTenantStore,
  routeAccess,
  seedLocalTenant,
} from "../../shared/tenancy/index.ts";
import { Session } from "../../shared/tenancy/schemas.ts";
import { makeSignIn, type SignInSettings } from "../../shared/tenancy/sign-in/sign-in.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aRequest, aRequestWithKey } from "../tenancy/builders.ts";
import { makePeopleWorld } from "../tenancy/world.ts";

let db: TestTable;
let seeded: Awaited<ReturnType<typeof seedLocalTenant>>;
beforeAll(async () => {
  db = await startTestTable();
  seeded = await seedLocalTenant({ table: db.table, nowMs: Date.now() });
});
afterAll(() => db.stop());

const log = { info: () => {}, warn: () => {}, error: () => {}, measure: () => {} };
const noProvider: SignInSettings = {
  issuer: "",
  clientId: "",
  clientSecret: async () => undefined,
  dashboardUrl: "http://127.0.0.1:4400",
  scope: "openid",
  trustsEmail: false,
  showsInvitation: true,
};

function ask(routeKey: string, changes: Partial<HttpRequest>, settings: Partial<Services> = {}) {
  const { stores, publish } = makePeopleWorld(db.table, Date.now);
  const [method = "", path = ""] = routeKey.split(" ");
  const services = (): Services => ({
    log,
    authenticate: makeAuthenticate({ table: db.table }),
    ...stores,
    publish,
    signIn: makeSignIn(noProvider, { ...stores, publish, log }),
    dashboardUrl: noProvider.dashboardUrl,
    realtimeUrl: "",
    local: true,
    ...settings,
  });
  return answer(
    { services, routes, access: routeAccess, renderError },
    aRequest({ method, path, ...changes }),
    routeKey,
  );
}

async function signIn(host = "127.0.0.1:4400"): Promise<string> {
  const reply = await ask("GET /session/start", { query: { token: seeded.signInToken }, headers: { host } });
  return reply.cookies?.[0] ?? "";
}
const cookieValue = (header: string) => /^so_session=([^;]*)/.exec(header)?.[1] ?? "";

describe("the sign-in link", () => {
  test("S-36: leads to the dashboard with a cookie that no script can read and no other site can use", async () => {
    const reply = await ask("GET /session/start", {
      query: { token: seeded.signInToken },
      headers: { host: "127.0.0.1:4400" },
    });

    expect(reply).toMatchObject({ status: 302, headers: { location: "/" } });
    expect(reply.cookies?.[0]).toMatch(
      /^so_session=so_session_\w+; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax$/,
    );
    expect(reply.cookies?.[1]).toMatch(
      /^so_refresh=so_refresh_\w+; Path=\/session\/refresh; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
  });

  test("sets a Secure cookie on any host but this machine's own", async () => {
    expect(await signIn("so.example")).toMatch(/; Secure$/);
    expect(await signIn("127.0.0.1.evil.example")).toMatch(/; Secure$/);
  });

  test.each(["", "nonsense", "so_signin_aaaaaaaaaaaa_bbbb"])(
    "with the token %j tells a person what to do",
    async (token) => {
      const reply = await ask("GET /session/start", { query: { token } });

      expect(reply.status).toBe(401);
      expect(reply.body).toMatch(/sign-in link is not valid/);
    },
  );
});

describe("GET /api/session", () => {
  test("says who is signed in, until when, and where the WebSocket is", async () => {
    const text = cookieValue(await signIn());

    const reply = await ask("GET /api/session", {
      cookies: { so_session: text },
      headers: { host: "127.0.0.1:4400" },
    });

    expect(Session.parse(reply.body)).toMatchObject({
      tenantId: seeded.tenantId,
      tenantName: "This machine",
      actor: { kind: "person", name: "Administrator" },
      scopes: ["ingest", "read", "operate", "admin", "owner"],
      role: "owner",
      projects: null,
      tenants: [{ tenantId: seeded.tenantId, name: "This machine", role: "owner" }],
      realtimeUrl: "ws://127.0.0.1:4400/ws",
      local: true,
    });
  });

  test("answers an API key too, and gives the address the stack was told", async () => {
    const settings = { realtimeUrl: "wss://rt.example/live", local: false };

    const reply = await ask("GET /api/session", aRequestWithKey(seeded.adminKey), settings);

    expect(Session.parse(reply.body)).toMatchObject({
      realtimeUrl: "wss://rt.example/live",
      local: false,
      expiresAt: null,
    });
  });

  test("S-24: a host it does not know is repeated nowhere, in no answer of any route", async () => {
    const cookies = { so_session: cookieValue(await signIn()) };
    const headers = {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      forwarded: "host=evil.example",
    };

    const replies = await Promise.all(
      Object.keys(routes).map((key) => ask(key, { cookies, headers, params: { id: "ses_x" } })),
    );

    expect(replies.map(({ status }) => status)).toContain(200);
    expect(JSON.stringify(replies)).not.toContain("evil.example");
  });

  test("without a credential is 401", async () => {
    expect((await ask("GET /api/session", {})).status).toBe(401);
  });

  test("S-22: a broken store is a 503 that tells nothing of our insides", async () => {
    const tenants = {
      ...makeTenantStore(db.table),
      getTenant: () => Promise.reject(new Error("ResourceNotFoundException: arn:aws:dynamodb")),
    };

    const reply = await ask("GET /api/session", aRequestWithKey(seeded.adminKey), { tenants });

    expect(reply.status).toBe(503);
    expect(JSON.stringify(reply)).not.toMatch(/arn:|Exception|at .*\.ts/);
  });
});

describe("POST /api/session/end", () => {
  const host = "127.0.0.1:4400";
  const headers = { host, origin: `http://${host}` };

  test("ends the session and clears the cookie", async () => {
    const cookies = { so_session: cookieValue(await signIn()) };

    const reply = await ask("POST /api/session/end", { cookies, headers });

    expect(reply.status).toBe(204);
    expect(reply.cookies?.[0]).toMatch(/^so_session=; Path=\/; Max-Age=0/);
    expect((await ask("GET /api/session", { cookies })).status).toBe(401);
  });

  test("S-36: asked by another site changes nothing", async () => {
    const cookies = { so_session: cookieValue(await signIn()) };

    const reply = await ask("POST /api/session/end", {
      cookies,
      headers: { host, origin: "http://evil.example" },
    });

    expect(reply.status).toBe(403);
    expect((await ask("GET /api/session", { cookies })).status).toBe(200);
  });

  test("with an API key says what to do instead", async () => {
    const reply = await ask("POST /api/session/end", aRequestWithKey(seeded.adminKey));

    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toMatch(/revoke the key/);
  });
});
