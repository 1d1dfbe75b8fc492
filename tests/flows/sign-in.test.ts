import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import type {
  InvitationInput,
  InvitationMade,
  MemberList,
  OwnSessionList,
  Session,
} from "../../shared/tenancy/schemas.ts";
import { eventually } from "../support/api-client.ts";
import { CookieJar, type JarAnswer, signInWith } from "../support/cookie-jar.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startRuntime();
}, 60_000);
afterAll(() => runtime?.stop());

const at = (path: string) => runtime.url + path;
const firstAccount = () => ({ ...runtime.firstAccount }) as { email: string; password: string };
const password = "correct horse battery";

async function signedIn(form = firstAccount()): Promise<CookieJar> {
  const jar = new CookieJar();
  const answer = await signInWith(jar, at("/session/sign-in"), form);
  if (!jar.cookie("so_session")) throw new Error(`not signed in (${answer.status}): ${answer.text}`);
  return jar;
}

/** Somebody who was invited and has joined. */
async function joined(by: CookieJar, input: Partial<InvitationInput> & { email: string }) {
  const made = await invite(by, input);
  const jar = new CookieJar();
  await signInWith(jar, made.json<InvitationMade>().url, { email: input.email, password, name: "Somebody" });
  return { jar, personId: (await sessionOf(jar)).actor.id };
}
const invite = (by: CookieJar, input: Partial<InvitationInput> & { email: string }): Promise<JarAnswer> =>
  by.ask(at("/api/invitations"), { method: "POST", json: { role: "responder", ...input } });

const sessionOf = async (jar: CookieJar) => (await jar.ask(at("/api/session"))).json<Session>();
const statusOf = async (jar: CookieJar) => (await jar.ask(at("/api/session"))).status;
const refresh = async (jar: CookieJar) => (await jar.ask(at("/session/refresh"), { method: "POST" })).status;

/** An open stream that has said hello, and how it ended. */
async function stream(jar: CookieJar) {
  const socket = new WebSocket(at("/ws").replace("http", "ws"), {
    headers: { cookie: jar.header(new URL(at("/ws"))), origin: runtime.url },
  });
  const state = { frames: [] as { kind: string }[], isClosed: false, refused: 0 };
  socket.on("close", () => {
    state.isClosed = true;
  });
  socket.on("unexpected-response", (_request, response) => {
    state.refused = response.statusCode ?? 0;
    response.destroy();
  });
  socket.on("error", () => undefined);
  socket.on("open", () => socket.send(JSON.stringify({ action: "hello", afterSeq: null })));
  socket.on("message", (data) => state.frames.push(JSON.parse(String(data))));
  await eventually("the stream is ready or refused", () => state.frames.length > 0 || state.refused > 0);
  return state;
}

describe("signing in at the laptop's provider", () => {
  test("the printed first password leads to a session of the tenant's owner", async () => {
    expect(await sessionOf(await signedIn())).toMatchObject({
      tenantId: runtime.tenantId,
      role: "owner",
      scopes: ["ingest", "read", "operate", "admin", "owner"],
      projects: null,
      tenants: [{ tenantId: runtime.tenantId, role: "owner" }],
    });
  });

  test("the printed address signs in the same person, with nothing to type", async () => {
    const jar = new CookieJar();
    await jar.ask(runtime.dashboardUrl);

    expect((await sessionOf(jar)).actor.id).toBe((await sessionOf(await signedIn())).actor.id);
  });

  test("it leads back to the page that was asked for, and to no other site", async () => {
    const jar = new CookieJar();
    const back = await signInWith(
      jar,
      at("/session/sign-in?returnTo=/incidents%3Fstate%3Dopen"),
      firstAccount(),
    );
    const away = await signInWith(
      new CookieJar(),
      at("/session/sign-in?returnTo=//evil.example"),
      firstAccount(),
    );

    expect(back.url).toBe(at("/incidents?state=open"));
    expect(away.url).toBe(at("/"));
  });

  test("an answer of the provider is worth nothing in another browser, and nothing twice", async () => {
    const mine = new CookieJar();
    const page = await mine.ask(at("/session/sign-in"));
    const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? "";
    let answer = await mine.ask(at(action), { method: "POST", form: firstAccount(), stay: true });
    while (!answer.location?.includes("/session/callback")) {
      answer = await mine.ask(answer.location ?? "", { stay: true });
    }
    const callback = answer.location ?? "";

    expect((await new CookieJar().ask(callback)).status).toBe(401);
    expect((await mine.ask(callback, { stay: true })).status).toBe(302);
    expect((await mine.ask(callback)).status).toBe(401);
  });
});

describe("S-06: wrong passwords", () => {
  const attempt = async (email: string) => {
    const began = performance.now();
    const answer = await signInWith(new CookieJar(), at("/session/sign-in"), { email, password: "wrong" });
    const said = /role="alert">([^<]+)</.exec(answer.text)?.[1];
    return { said, status: answer.status, ms: performance.now() - began };
  };

  test("the same words for a person and for nobody, and from the fifth on for the right password too", async () => {
    const { jar: _jar } = await joined(await signedIn(), { email: "locked@example.com" });
    const answers = [];
    for (let tries = 0; tries < 6; tries++) {
      answers.push(await attempt("locked@example.com"), await attempt("nobody@example.com"));
    }

    expect(new Set(answers.map(({ said, status }) => `${status} ${said}`)).size).toBe(1);
    await expect(signedIn({ email: "locked@example.com", password })).rejects.toThrow(/401.*do not fit/s);
  });
});

describe("S-34: changing the password", () => {
  const next = "a staple of another kind";
  const change = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    new CookieJar().ask(at("/idp/password"), {
      method: "POST",
      form: { password, next, again: next, ...form },
      headers,
    });
  const problemIn = (answer: JarAnswer) => /role="alert">([^<]+)</.exec(answer.text)?.[1];

  test("ends every session by the old one at its next refresh, and nobody else's", async () => {
    const email = "changed@example.com";
    const owner = await signedIn();
    const { jar } = await joined(owner, { email });
    const other = await signedIn({ email, password });
    expect([await refresh(jar), await refresh(other), await refresh(owner)]).toEqual([204, 204, 204]);

    expect((await change({ email: email.toUpperCase() })).text).toContain("Password changed");

    expect([await refresh(jar), await refresh(other), await refresh(owner)]).toEqual([401, 401, 204]);
    expect([await statusOf(jar), await statusOf(other)]).toEqual([401, 401]);
    await expect(signedIn({ email, password })).rejects.toThrow(/401.*do not fit/s);
    const anew = await signedIn({ email, password: next });
    expect([await refresh(anew), await statusOf(anew)]).toEqual([204, 200]);
  });

  test("is asked for the new one, in the browser that changed it, at its very next sign-in", async () => {
    const email = "same-browser@example.com";
    const { jar } = await joined(await signedIn(), { email });
    await jar.ask(at("/idp/password"), {
      method: "POST",
      form: { email, password, next, again: next },
    });

    const answer = await signInWith(jar, at("/session/sign-in"), { email, password: next });

    expect(answer.url).toBe(at("/"));
    expect(await refresh(jar)).toBe(204);
  });

  test("S-06: refuses in the words of the sign-in, waits with it, and says nothing of who has an address", async () => {
    const email = "guessed@example.com";
    await joined(await signedIn(), { email });
    const answers = [];
    for (let tries = 0; tries < 6; tries++) {
      answers.push(await change({ email, password: "wrong" }));
      answers.push(await change({ email: "nobody-here@example.com", password: "wrong" }));
    }
    answers.push(await change({ email }));

    expect(new Set(answers.map((answer) => `${answer.status} ${problemIn(answer)}`))).toEqual(
      new Set([expect.stringMatching(/^401 That address and password do not fit/)]),
    );
    await expect(signedIn({ email, password })).rejects.toThrow(/401.*do not fit/s);
  });

  test("takes no password that is too short or was typed in two ways, and no form of another site", async () => {
    const email = "kept@example.com";
    const { jar } = await joined(await signedIn(), { email });

    expect(problemIn(await change({ email, next: "short", again: "short" }))).toMatch(/5 characters; 12 or/);
    expect(problemIn(await change({ email, again: `${next}!` }))).toMatch(/not the same/);
    for (const origin of ["https://evil.example", "null"]) {
      expect((await change({ email }, { origin })).status).toBe(403);
    }

    expect(await refresh(jar)).toBe(204);
    await expect(signedIn({ email, password })).resolves.toBeDefined();
  });
});

test("S-34: a session outlives a runtime that was killed, and not the password that is changed after; neither is written anywhere", async () => {
  const only = { functions: ["tenancy-session"] };
  const first = await startRuntime(only);
  const form = first.firstAccount as { email: string; password: string };
  const jar = new CookieJar();
  await signInWith(jar, `${first.url}/session/sign-in`, form);
  await first.kill();
  const second = await startRuntime({ ...only, dataDir: first.dataDir });
  const refreshed = async () => (await jar.ask(`${second.url}/session/refresh`, { method: "POST" })).status;
  const next = "a staple of another kind";
  try {
    expect(await refreshed()).toBe(204);
    const changed = await jar.ask(`${second.url}/idp/password`, {
      method: "POST",
      form: { ...form, next, again: next },
    });
    expect(changed.text).toContain("Password changed");
    expect(await refreshed()).toBe(401);

    const files = readdirSync(first.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
    expect(files.length).toBeGreaterThan(3);
    const written = [...files, ...first.printed, ...second.printed].join("\n");
    for (const password of [form.password, next]) expect(written).not.toContain(password);
  } finally {
    await second.stop();
    rmSync(first.dataDir, { recursive: true });
  }
}, 60_000);

describe("an invitation", () => {
  test("makes whoever opens it a member with its role, once", async () => {
    const owner = await signedIn();
    const made = (await invite(owner, { email: "once@example.com", role: "viewer" })).json<InvitationMade>();
    expect(made).toMatchObject({ mailed: false, invitation: { state: "open", email: "once@example.com" } });
    const jar = new CookieJar();

    const page = await jar.ask(made.url);
    expect(page.text).toContain("Choose a password");
    await signInWith(jar, made.url, { email: "someone-else@example.com", password, name: "Vera" });

    expect(await sessionOf(jar)).toMatchObject({ role: "viewer", actor: { name: "Vera" } });
    const { items } = (await owner.ask(at("/api/members"))).json<MemberList>();
    expect(items.find(({ email }) => email === "once@example.com")).toMatchObject({ role: "viewer" });
    expect((await new CookieJar().ask(made.url)).status).toBe(401);
  });

  test("that was withdrawn lets nobody in", async () => {
    const owner = await signedIn();
    const made = (await invite(owner, { email: "withdrawn@example.com" })).json<InvitationMade>();
    await owner.ask(at(`/api/invitations/${made.invitation.invitationId}`), { method: "DELETE" });

    expect((await new CookieJar().ask(made.url)).status).toBe(401);
  });
});

describe("S-34: what is live ends", () => {
  test("two tabs that wake up together both go on", async () => {
    const jar = await signedIn();
    const otherTab = jar.copy();

    expect(await refresh(jar)).toBe(204);
    expect(await refresh(otherTab)).toBe(409);

    expect(await statusOf(jar)).toBe(200);
  });

  test("signing out everywhere ends every session and cuts every stream", async () => {
    const { jar } = await joined(await signedIn(), { email: "everywhere@example.com" });
    const other = await signedIn({ email: "everywhere@example.com", password });
    const [one, two] = [await stream(jar), await stream(other)];
    const { items } = (await jar.ask(at("/api/sessions"))).json<OwnSessionList>();
    expect(items).toHaveLength(2);
    expect(items.filter(({ current }) => current)).toHaveLength(1);

    await other.ask(at("/api/session/end-all"), { method: "POST" });

    expect(await statusOf(jar)).toBe(401);
    expect(await refresh(jar)).toBe(401);
    await eventually("both streams are cut", () => one.isClosed && two.isClosed);
  });

  test("one session can be ended from another, and nobody else's can", async () => {
    const { jar } = await joined(await signedIn(), { email: "one-of-two@example.com" });
    const other = await signedIn({ email: "one-of-two@example.com", password });
    const stranger = await signedIn();
    const { items } = (await jar.ask(at("/api/sessions"))).json<OwnSessionList>();
    const target = items.find(({ current }) => !current)?.sessionId;

    expect((await stranger.ask(at(`/api/sessions/${target}`), { method: "DELETE" })).status).toBe(404);
    expect((await jar.ask(at(`/api/sessions/${target}`), { method: "DELETE" })).status).toBe(204);

    expect(await statusOf(other)).toBe(401);
    expect(await statusOf(jar)).toBe(200);
  });

  test("who is removed is cut off at once, and let in no more", async () => {
    const owner = await signedIn();
    const { jar, personId } = await joined(owner, { email: "removed@example.com" });
    const open = await stream(jar);

    expect((await owner.ask(at(`/api/members/${personId}`), { method: "DELETE" })).status).toBe(204);

    await eventually("the stream is cut", () => open.isClosed);
    expect((await stream(jar)).refused).toBe(401);
    expect(await statusOf(jar)).toBe(401);
  });

  test("a role that is lost while signed in is lost on the stream and in what may be asked", async () => {
    const owner = await signedIn();
    const { jar, personId } = await joined(owner, { email: "demoted@example.com", role: "admin" });
    const open = await stream(jar);
    expect((await jar.ask(at("/api/invitations"))).status).toBe(200);

    await owner.ask(at(`/api/members/${personId}`), { method: "PATCH", json: { role: "viewer" } });

    expect((await jar.ask(at("/api/invitations"))).status).toBe(403);
    expect((await sessionOf(jar)).scopes).toEqual(["read"]);
    await eventually("the stream is cut", () => open.isClosed);
  });
});
