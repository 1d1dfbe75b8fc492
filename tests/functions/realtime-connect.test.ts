import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { onConnect, onDisconnect, onMessage } from "../../functions/realtime-connect/handler.ts";
import { Unauthenticated } from "../../shared/platform/errors.ts";
import type { HttpRequest } from "../../shared/platform/http/request.ts";
import { newId } from "../../shared/platform/ids.ts";
import type { Access, Principal } from "../../shared/platform/lambda/http-door.ts";
import { serve, type WebSocketEvent } from "../../shared/platform/lambda/websocket-door.ts";
import { makeRealtimeWorld } from "../realtime/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let testTable: TestTable;
beforeAll(async () => {
  testTable = await startTestTable();
});
afterAll(() => testTable.stop());

function setUp(scopes: Access[] = ["read"]) {
  const world = makeRealtimeWorld(testTable.table);
  const tenantId = newId("tenant");
  const authenticate = async (request: HttpRequest): Promise<Principal> => {
    const known =
      request.cookies["so_session"] === "good" || request.headers["authorization"] === "Bearer good";
    if (!known) throw new Unauthenticated("There is no credential.");
    return { tenantId, scopes, actor: { kind: "person", id: "usr_1" } };
  };
  const services = { ...world.deps, authenticate, dashboardUrl: "https://watch.example.com" };
  const options = {
    services: () => services,
    connect: onConnect,
    message: onMessage,
    disconnect: onDisconnect,
  };
  return {
    ...world,
    tenantId,
    options,
    ask: (routeKey: string, set: Partial<WebSocketEvent> = {}) => serve(options, anEventOf(routeKey, set)),
  };
}

function anEventOf(routeKey: string, set: Partial<WebSocketEvent>): WebSocketEvent {
  const requestContext = {
    routeKey,
    connectionId: "con_1",
    requestId: "req_1",
    identity: { sourceIp: "127.0.0.1" },
  };
  return { isBase64Encoded: false, ...set, requestContext } as unknown as WebSocketEvent;
}

const cookie = "theme=dark; so_session=good";
const host = "api.example.com";

describe("who may open a connection", () => {
  test.each([
    ["a page of the dashboard", { Cookie: cookie, Origin: "https://watch.example.com", Host: host }, 200],
    [
      "a page of the host itself",
      { Cookie: cookie, Origin: "http://localhost:4400", Host: "localhost:4400" },
      200,
    ],
    ["a program with a key", { Authorization: "Bearer good", Host: host }, 200],
    ["nobody", { Host: host, Origin: "https://watch.example.com" }, 401],
    ["a wrong cookie", { Cookie: "so_session=bad", Origin: "https://watch.example.com", Host: host }, 401],
    ["S-36: a page of another site", { Cookie: cookie, Origin: "https://evil.example.com", Host: host }, 403],
    ["S-36: a sandboxed page", { Cookie: cookie, Origin: "null", Host: host }, 403],
    ["S-36: a cookie without an origin", { Cookie: cookie, Host: host }, 403],
    [
      "S-36: the dashboard's name on another scheme",
      { Cookie: cookie, Origin: "http://watch.example.com", Host: host },
      403,
    ],
  ])("%s → %j is answered %i", async (_, headers, status) => {
    const { ask, deps } = setUp();

    expect((await ask("$connect", { headers })).statusCode).toBe(status);

    expect(await deps.connections.find("con_1")).toEqual(status === 200 ? expect.anything() : undefined);
    await ask("$disconnect");
  });

  test("a key that may only ingest is refused", async () => {
    const { ask } = setUp(["ingest"]);

    expect(await ask("$connect", { headers: { Authorization: "Bearer good" } })).toMatchObject({
      statusCode: 403,
    });
  });

  test("a store that fails refuses the connection as retryable", async () => {
    const { options } = setUp();
    const broken = {
      ...options,
      connect: async () => {
        throw new Error("the table is away");
      },
    };

    expect(await serve(broken, anEventOf("$connect", {}))).toEqual({ statusCode: 503 });
  });
});

test("a connection gets events from its hello to its end, and no sooner", async () => {
  const { ask, set, framesOf, deps, tenantId } = setUp();
  const live = async () => (await deps.connections.live(tenantId)).map(({ connectionId }) => connectionId);
  set("con_1", "open");
  await ask("$connect", { headers: { Authorization: "Bearer good" } });
  const opened = await live();

  const hello = Buffer.from(JSON.stringify({ action: "hello", afterSeq: null })).toString("base64");
  const answer = await ask("$default", { body: hello, isBase64Encoded: true });
  const greeted = await live();
  await ask("$disconnect");

  expect(answer).toEqual({ statusCode: 200 });
  expect(framesOf("con_1")).toEqual([{ kind: "ready", seq: null, gap: false }]);
  expect([opened, greeted, await live()]).toEqual([[], ["con_1"], []]);
  expect(await deps.connections.find("con_1")).toBeUndefined();
});
