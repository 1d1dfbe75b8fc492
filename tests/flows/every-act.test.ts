import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AuditEntry, AuditList } from "../../shared/audit/schemas.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import type { InvitationMade, Session } from "../../shared/tenancy/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { CookieJar, signInWith } from "../support/cookie-jar.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { bodies, makeThings, type Things } from "../tenancy/matrix/things.ts";

/** Routes that are no GET and put nothing on record, and why not. */
const unrecorded: Readonly<Record<string, string>> = {
  "POST /v1/metrics": "telemetry, which is what is watched and not who watches",
  "POST /api/ingest/metrics": "telemetry",
  "POST /api/alert-rules/backtest": "asks, and changes nothing",
  "POST /api/incidents/{id}/questions": "asks, and changes nothing",
  "POST /session/refresh": "prolongs a session that is on record; where it ends one, that is",
  "POST /api/incidents/{id}/analyses/{analysisId}/feedback":
    "needs a hypothesis; held in tests/functions/analysis-api.test.ts",
  "POST /api/detectors/{id}/roll-back":
    "needs a second release; held in tests/anomalies/refit-tenant.test.ts",
};
const mutating = [
  "GET /session/start",
  "GET /session/callback",
  ...Object.keys(routeAccess).filter((key) => !key.startsWith("GET ")),
];

let runtime: Runtime;
let api: ApiClient;
let things: Things;
let owner: CookieJar;
let made: Record<string, string>;
beforeAll(async () => {
  runtime = await startRuntime();
  await runtime.warm();
  api = apiClient(runtime);
  things = await makeThings(api);
  owner = new CookieJar();
  await owner.ask(runtime.dashboardUrl);
  made = await makeMore();
}, 90_000);
afterAll(() => runtime?.stop());

/** What the last of the acts need: somebody who joined, and an invitation. */
async function makeMore(): Promise<Record<string, string>> {
  const invitation = await invite("stays-away@example.com");
  const joining = await invite("joins@example.com");
  const jar = new CookieJar();
  const form = { email: "joins@example.com", password: "correct horse battery", name: "Nora" };
  await signInWith(jar, joining.url, form);
  const session = (await jar.ask(`${runtime.url}/api/session`)).json<Session>();
  return {
    invitationId: invitation.invitation.invitationId,
    personId: session.actor.id,
  };
}

const invite = async (email: string) =>
  (
    await owner.ask(`${runtime.url}/api/invitations`, {
      method: "POST",
      json: { email, role: "responder" },
    })
  ).json<InvitationMade>();

const anotherSession = async () => {
  const jar = new CookieJar();
  await jar.ask(runtime.dashboardUrl);
  const { items } = (await jar.ask(`${runtime.url}/api/sessions`)).json<{
    items: { sessionId: string; current: boolean }[];
  }>();
  return items.find(({ current }) => current)?.sessionId ?? "";
};

/** What to send, where that is not said for all the tests of the matrix. */
const own: Readonly<Record<string, () => unknown>> = {
  "POST /api/alert-rules": () => bodies["PUT /api/alert-rules/{id}"],
  "POST /api/channels": () => ({ kind: "email", name: "more", address: "more@example.com" }),
  "POST /api/notification-routes": () => ({ name: "more", channelIds: [things["/api/channels/"]] }),
  "PUT /api/notification-routes/{id}": () => ({ name: "mine now", channelIds: [things["/api/channels/"]] }),
  "PUT /api/services/{name}": () => ({ owner: "the shop's team" }),
  "POST /api/deployments": () => ({ service: "store", version: "3" }),
  "POST /api/session/switch": () => ({ tenantId: runtime.tenantId, project: "mine" }),
  "PATCH /api/tenant": () => ({ name: "Renamed" }),
  "POST /api/projects": () => ({ projectId: "second", name: "Second" }),
  "POST /api/invitations": () => ({ email: "another@example.com", role: "viewer" }),
  "POST /api/keys": () => ({ name: "another", scopes: ["read"] }),
};

async function addressOf(key: string): Promise<string> {
  const [, template = ""] = key.split(" ");
  const path = template.replace("{name}", "store");
  const folder = path.slice(0, path.indexOf("{"));
  const ids: Record<string, () => string | Promise<string>> = {
    "/api/members/": () => made["personId"] ?? "",
    "/api/invitations/": () => made["invitationId"] ?? "",
    "/api/sessions/": anotherSession,
  };
  if (!path.includes("{")) return path;
  return path.replace("{id}", (await ids[folder]?.()) ?? things[folder] ?? "");
}

/** The order in which one can be done after the other; ends come last. */
const inOrder = mutating
  .filter((key) => !(key in unrecorded) && !key.startsWith("GET "))
  .sort((a, b) => rankOf(a) - rankOf(b));
function rankOf(key: string): number {
  if (/session\/end/.test(key)) return key.endsWith("all") ? 4 : 3;
  if (key.startsWith("DELETE")) return /channels/.test(key) ? 2 : 1;
  return key === "POST /api/session/switch" ? 2.5 : 0;
}

const entriesOf = (trace: string): Promise<AuditEntry[]> =>
  eventually(`an entry of ${trace}`, async () => {
    const { items } = await api.ask<AuditList>("GET /api/audit?limit=200");
    const found = items.filter(({ traceId }) => traceId === trace);
    return found.length > 0 && found;
  });

describe("S-65: whatever a request changes is on record", () => {
  test("no reason is given for a route that is not there", () => {
    expect(Object.keys(unrecorded).filter((key) => !mutating.includes(key))).toEqual([]);
  });

  test.each(inOrder)("%s", async (key) => {
    const [method = ""] = key.split(" ");
    if (key === "POST /api/session/end-all") await owner.ask(runtime.dashboardUrl);
    const trace = `act-${key.replaceAll(/[^a-zA-Z]+/g, ".")}`;

    const answer = await owner.ask(runtime.url + (await addressOf(key)), {
      method,
      json: own[key]?.() ?? bodies[key] ?? {},
      headers: { "x-correlation-id": trace, "content-type": "application/json" },
    });

    expect({ key, refusal: answer.status < 300 ? undefined : answer.text }).toEqual({ key });
    const entries = await entriesOf(trace);
    for (const { actor, from } of entries.filter(({ actor }) => actor.kind !== "system")) {
      expect(actor.kind).toBe("person");
      expect(from).toMatchObject({ ip: "127.0.0.1", requestId: expect.any(String) });
    }
  });

  test("what the schedule changes by itself: the detectors", async () => {
    await api.ingest([{ name: "watched", value: 1, labels: { "service.name": "store" } }]);

    const entry = await eventually("the round is on record", async () => {
      await runtime.fire("anomalies-refit");
      return (await api.ask<AuditList>("GET /api/audit?action=detectors.refit")).items[0];
    });

    expect(entry).toMatchObject({
      actor: { kind: "system", id: "anomalies-refit" },
      resource: { type: "detectors", id: "all" },
      after: { metric: expect.stringContaining("version 1"), summary: { refit: 1 } },
      why: expect.stringContaining("1 refit"),
      from: null,
    });
  });

  test.each(["GET /session/start", "GET /session/callback"])("%s: a sign-in", async () => {
    const { items } = await api.ask<AuditList>("GET /api/audit?limit=200&action=session.started");

    expect(items.length).toBeGreaterThanOrEqual(2);
    for (const { actor, from } of items) {
      expect({ actor, from }).toMatchObject({
        actor: { kind: "person", name: expect.any(String) },
        from: { ip: "127.0.0.1" },
      });
    }
  });
});
