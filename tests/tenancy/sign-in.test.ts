import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import Provider from "oidc-provider";
import { openKept } from "../../infra/local/identity/kept.ts";
import { Unauthenticated, Unavailable } from "../../shared/platform/errors.ts";
import { inviteMember } from "../../shared/tenancy/invite-member.ts";
import { refreshSession } from "../../shared/tenancy/refresh-session.ts";
import { openProvider } from "../../shared/tenancy/sign-in/provider.ts";
import { makeSignIn } from "../../shared/tenancy/sign-in/sign-in.ts";
import { CookieJar } from "../support/cookie-jar.ts";
import { startOutside } from "../support/outside.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { makePeopleWorld, type PeopleWorld } from "./world.ts";

/** A company's own provider, as any installation may name one: a confidential client, refresh tokens, no pages. */
async function startCompanyProvider() {
  const people = new Map([["ann", { email: "ann@example.com", disabled: false }]]);
  const server: Server = createServer((request, response) => {
    if (request.url?.startsWith("/enter/")) {
      return void provider.interactionFinished(request, response, { login: { accountId: "ann" } });
    }
    return void provider.callback()(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    adapter: openKept({ readFile: () => undefined, writeFile: () => undefined }).adapter,
    clients: [
      {
        client_id: "sentinelops",
        client_secret: "a secret of this installation, 32 bytes",
        redirect_uris: ["https://so.example/session/callback"],
        grant_types: ["authorization_code", "refresh_token"],
      },
    ],
    jwks: { keys: [signingKey()] },
    cookies: { keys: ["only for this test, and 32 bytes long"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/enter/${uid}` },
    issueRefreshToken: async () => true,
    ttl: {
      RefreshToken: 3_600,
      Session: 3_600,
      Grant: 3_600,
      Interaction: 600,
      IdToken: 600,
      AccessToken: 600,
    },
    findAccount: (_ctx, sub) => {
      const person = people.get(sub);
      if (!person || person.disabled) return undefined;
      return {
        accountId: sub,
        claims: () => ({ sub, email: person.email, email_verified: true, name: "Ann" }),
      };
    },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        accountId: oidc.session?.accountId ?? "",
        clientId: oidc.client?.clientId ?? "",
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  return {
    issuer,
    people,
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" } as never;
}

const now = () => Date.now();
let db: TestTable;
let world: PeopleWorld;
let company: Awaited<ReturnType<typeof startCompanyProvider>>;
const warnings: string[] = [];
beforeAll(async () => {
  [db, company] = await Promise.all([startTestTable(now), startCompanyProvider()]);
  world = makePeopleWorld(db.table, now);
});
afterEach(() => void company.people.set("ann", { email: "ann@example.com", disabled: false }));
afterAll(async () => {
  await db.stop();
  await company.stop();
});

const log = {
  info: () => undefined,
  warn: (message: string) => void warnings.push(message),
  error: () => undefined,
  measure: () => undefined,
};
const signInAt = (issuer: string, secret = "a secret of this installation, 32 bytes") =>
  makeSignIn(
    {
      issuer,
      clientId: "sentinelops",
      clientSecret: async () => secret,
      dashboardUrl: "https://so.example",
      scope: "openid email profile",
      trustsEmail: false,
      showsInvitation: false,
    },
    { ...world.stores, publish: world.publish, log },
  );

async function invited() {
  const tenantId = await world.aTenant();
  const owner = await world.aMember(tenantId, { role: "owner" });
  await inviteMember(
    world.ctxOf(tenantId, owner),
    { email: "ann@example.com", role: "responder", projects: null },
    world.deps,
  );
  return tenantId;
}

/** Follows the provider's redirects until it leads back to the dashboard. */
async function answerOf(url: string): Promise<Record<string, string>> {
  const jar = new CookieJar();
  let next = url;
  for (let hops = 0; hops < 8 && !next.startsWith("https://so.example/"); hops++) {
    next = (await jar.ask(next, { stay: true })).location ?? "";
  }
  return Object.fromEntries(new URL(next).searchParams);
}
const circumstances = () => ({ userAgent: "", address: "", nowMs: now(), traceId: "t" });

async function wholeWay(signIn = signInAt(company.issuer)) {
  const { url, attempt } = await signIn.begin({ returnTo: "/alerts" }, now());
  return signIn.finish(await answerOf(url), attempt, circumstances());
}

test("the code flow with PKCE, state and nonce ends in a session of the tenant that invited", async () => {
  const tenantId = await invited();
  const signIn = signInAt(company.issuer);

  const { url, attempt } = await signIn.begin({ returnTo: "/alerts" }, now());
  const asked = new URL(url).searchParams;
  const { signedIn, returnTo } = await signIn.finish(await answerOf(url), attempt, circumstances());

  expect(Object.fromEntries(asked)).toMatchObject({
    response_type: "code",
    code_challenge_method: "S256",
    redirect_uri: "https://so.example/session/callback",
  });
  expect(asked.get("state")?.length).toBeGreaterThan(40);
  expect(asked.get("nonce")?.length).toBeGreaterThan(40);
  expect(returnTo).toBe("/alerts");
  const id = /^so_session_([^_]+)/.exec(signedIn.access)?.[1] ?? "";
  expect(await world.stores.sessions.find(id)).toMatchObject({ tenantId });
});

test.each<[string, (query: Record<string, string>) => Record<string, string>]>([
  ["another state", (query) => ({ ...query, state: "made up" })],
  ["no state", ({ state: _state, ...query }) => query],
  ["a code nobody gave", (query) => ({ ...query, code: "made up" })],
  ["another issuer's name", (query) => ({ ...query, iss: "https://evil.example" })],
  ["a refusal", ({ state = "" }) => ({ error: "access_denied", state })],
  ["nothing", () => ({})],
])("an answer with %s is no sign-in", async (_what, change) => {
  await invited();
  const signIn = signInAt(company.issuer);
  const { url, attempt } = await signIn.begin({}, now());

  const finishing = signIn.finish(change(await answerOf(url)), attempt, circumstances());

  await expect(finishing).rejects.toBeInstanceOf(Unauthenticated);
});

test("the answer to one browser's question is none to another's", async () => {
  await invited();
  const signIn = signInAt(company.issuer);
  const [mine, theirs] = [await signIn.begin({}, now()), await signIn.begin({}, now())];

  const finishing = signIn.finish(await answerOf(mine.url), theirs.attempt, circumstances());

  await expect(finishing).rejects.toBeInstanceOf(Unauthenticated);
});

test("S-34: who is disabled at the provider is out with the next refresh", async () => {
  await invited();
  const signIn = signInAt(company.issuer);
  const { signedIn } = await wholeWay(signIn);
  const refresh = (text: string) =>
    refreshSession({ text, traceId: "t", nowMs: now() }, { ...world.deps, vouch: signIn.vouch });
  const next = await refresh(signedIn.refresh);

  company.people.set("ann", { email: "ann@example.com", disabled: true });

  await expect(refresh(next.refresh)).rejects.toBeInstanceOf(Unauthenticated);
  expect(world.published.at(-1)).toMatchObject({ data: { reason: "refused-by-provider" } });
});

test("a provider that is down signs nobody out, and nobody in", async () => {
  await invited();
  const { signedIn } = await wholeWay();
  const elsewhere = signInAt("http://127.0.0.1:9");

  const next = await refreshSession(
    { text: signedIn.refresh, traceId: "t", nowMs: now() },
    { ...world.deps, vouch: elsewhere.vouch },
  );

  expect(next.access).toMatch(/^so_session_/);
  expect(warnings).toContain("the sign-in provider could not be asked about a session");
  await expect(elsewhere.begin({}, now())).rejects.toBeInstanceOf(Unavailable);
});

test("what the provider gave lies in the database so that the database alone cannot open it", async () => {
  await invited();
  await wholeWay();

  const tokens = (await db.dump()).flatMap(({ providerToken }) =>
    providerToken ? [String(providerToken)] : [],
  );

  expect(tokens.length).toBeGreaterThan(0);
  for (const token of tokens) {
    const header = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
    expect(header).toEqual({ alg: "dir", enc: "A256GCM" });
  }
});

describe("S-26: what the provider answers", () => {
  /** The company's provider, of which one address answers something else. */
  const openWith = (path: string, instead: () => Response) =>
    openProvider({
      issuer: company.issuer,
      clientId: "sentinelops",
      clientSecret: "a secret of this installation, 32 bytes",
      redirectUri: "https://so.example/session/callback",
      scope: "openid email profile",
      trustsEmail: false,
      fetch: async (input, init) =>
        new URL(String(input)).pathname === path ? instead() : fetch(input, init),
    });
  const finished = async (opening: ReturnType<typeof openWith>) => {
    const provider = await opening;
    const { url, attempt } = await provider.begin("/", {});
    return provider.finish(await answerOf(url), attempt, now());
  };
  const places = ["/.well-known/openid-configuration", "/token", "/jwks"];

  test.each(places)("is read no further than it may reasonably be long: %s", async (path) => {
    let sent = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(stream) {
            sent += 16_384;
            stream.enqueue(new Uint8Array(16_384).fill(32));
          },
        }),
        { headers: { "content-type": "application/json" } },
      );

    await expect(finished(openWith(path, endless))).rejects.toBeInstanceOf(Unavailable);
    expect(sent).toBeLessThan(128 * 1024);
  });

  test.each(places)("leads nowhere else: %s", async (path) => {
    const elsewhere = await startOutside();
    const moved = () => Response.redirect(elsewhere.url, 307);

    await expect(finished(openWith(path, moved))).rejects.toThrow(/provider|completed/);

    expect(elsewhere.connections()).toBe(0);
    await elsewhere.stop();
  });

  test.each([
    ["/.well-known/openid-configuration", { issuer: "https://evil.example" }],
    ["/token", { token_type: "bearer", id_token: 7 }],
    ["/jwks", { keys: "all of them" }],
  ])("has to be what it should be: %s", async (path, body) => {
    await expect(finished(openWith(path, () => Response.json(body)))).rejects.toThrow(/provider|completed/);
  });
});
