import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { InvitationMade, MemberList, OwnSessionList, Session } from "../../shared/tenancy/schemas.ts";
import { eventually } from "../support/api-client.ts";
import { CookieJar, signInWith } from "../support/cookie-jar.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

let runtime: Runtime;
let at: (path: string) => string;
beforeAll(async () => {
  runtime = await startRuntime();
  at = (path) => runtime.url + path;
}, 60_000);
afterAll(() => runtime?.stop());

const admin = () => ({ ...runtime.firstAccount }) as { email: string; password: string };

async function signedIn(): Promise<CookieJar> {
  const jar = new CookieJar();
  const answer = await signInWith(jar, at("/session/sign-in"), admin());
  if (!jar.cookie("so_session")) throw new Error(`not signed in (${answer.status}): ${answer.text}`);
  return jar;
}
const sessionOf = async (jar: CookieJar) => (await jar.ask(at("/api/session"))).json<Session>();
const statusOf = async (jar: CookieJar) => (await jar.ask(at("/api/session"))).status;

describe("signing in at the laptop's provider", () => {
  test("the printed first password leads to a session of the tenant's owner", async () => {
    const jar = await signedIn();

    expect(await sessionOf(jar)).toMatchObject({
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
});
