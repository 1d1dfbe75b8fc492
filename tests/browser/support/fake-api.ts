import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { Incident, TimelineEntry } from "../../../shared/incidents/schemas.ts";
import type { Channel, Delivery } from "../../../shared/notifications/schemas.ts";
import { ClientFrame, type ServerFrame } from "../../../shared/realtime/schemas.ts";
import type { Role } from "../../../shared/tenancy/schemas.ts";
import { fakeMetrics } from "./fake-metrics.ts";
import { FakeProblem } from "./fake-route.ts";
import { fakeRoutes } from "./fake-routes.ts";
import type { FakeMetric } from "./fake-series.ts";
import { emptyWorld, type FakeWorld, iso } from "./fake-world.ts";
import { sendStatic } from "./static-files.ts";

/**
 * The dashboard's back end for tests: same contracts, no platform behind it. Every answer is parsed with
 * the contract's own schema before it leaves, so a page that works here works with anything that keeps to it.
 */
export class FakeApi {
  world: FakeWorld = emptyWorld();
  metrics: FakeMetric[] = fakeMetrics;
  tenantName = "Demo";
  /** Of the tenants that the person could switch to. */
  otherTenantNames: readonly string[] = [];
  signedIn = true;
  role: Role = "owner";
  /** What the person is narrowed to. */
  projects: string[] | null = null;
  /** Whether a model is set up. */
  hasModel = true;
  /** How often a session was renewed. */
  renewals = 0;
  #isExpired = false;
  /** Route key → every request fails like this. */
  readonly failures = new Map<string, FakeProblem>();
  /** What the server itself got wrong: an answer that broke its contract. */
  readonly faults: string[] = [];
  readonly hellos: (string | null)[] = [];
  /** How many items a list gives at a time, whatever was asked for. */
  pageSize: number | undefined;
  port = 0;
  #seq = 0;
  readonly #sockets = new Set<WebSocket>();
  readonly #past: Extract<ServerFrame, { kind: "event" }>[] = [];
  #server: Server | undefined;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#answer(request).then(
        async (answer) => {
          if (!answer)
            return sendStatic(this.#folder, new URL(request.url ?? "/", this.url).pathname, response);
          response.writeHead(answer.status, {
            "content-type": "application/json",
            "x-request-id": "req_test",
            ...answer.headers,
          });
          response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
        },
        (error: unknown) => {
          this.faults.push(`${request.method} ${request.url}: ${error}`);
          response.writeHead(503).end();
        },
      );
    });
    new WebSocketServer({ server, path: "/ws" }).on("connection", (socket) => this.#welcome(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    this.cutLive();
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  metric(name: string): FakeMetric {
    const metric = this.metrics.find((one) => one.name === name);
    if (!metric) throw new FakeProblem(404, `There is no metric "${name}".`);
    return metric;
  }

  /** The short credential runs out; the session goes on. */
  expireCredential(): void {
    this.#isExpired = true;
  }

  /** Breaks every live connection, as a restart of the server would. */
  cutLive(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  tell(type: string, data: Record<string, unknown>): void {
    this.#seq += 1;
    const seq = String(this.#seq).padStart(12, "0");
    const frame = { kind: "event", seq, id: `evt_${seq}`, type, time: iso(Date.now()), data } as const;
    this.#past.push(frame);
    for (const socket of this.#sockets) socket.send(JSON.stringify(frame));
  }

  tellIncident(type: string, incident: Incident): void {
    const { id, version, title, severity, state, service, labels, alertCount, firingCount, openedAt } =
      incident;
    this.tell(type, {
      incidentId: id,
      version,
      title,
      severity,
      state,
      service,
      labels,
      alertCount,
      firingCount,
      openedAt,
    });
  }

  log(incidentId: string, kind: TimelineEntry["kind"], text: string): TimelineEntry {
    const actor = { kind: "person", id: "per_admin", name: "Administrator" } as const;
    const entries = this.world.timelines.get(incidentId) ?? [];
    const entry = { id: `tml_new${entries.length}`, at: iso(Date.now()), kind, actor, text, facts: {} };
    this.world.timelines.set(incidentId, [entry, ...entries]);
    return entry;
  }

  /** A test message that is refused once and then taken, so that a page can show it happen. */
  sendTest(channel: Channel): Delivery {
    const delivery: Delivery = {
      id: `dlv_test${this.world.deliveries.length}`,
      version: 1,
      channelId: channel.id,
      channelKind: channel.kind,
      channelName: channel.name,
      incidentId: null,
      project: channel.project,
      kind: "test",
      title: "Test message",
      state: "pending",
      reason: "A person asked for a test.",
      attempts: [],
      createdAt: iso(Date.now()),
      finishedAt: null,
    };
    this.world.deliveries.unshift(delivery);
    setTimeout(() => {
      const at = iso(Date.now());
      const attempt = {
        at,
        outcome: "accepted",
        status: 200,
        durationMs: 84,
        nextAt: null,
        reason: "The receiver took it.",
      } as const;
      Object.assign(delivery, { state: "delivered", finishedAt: at, attempts: [attempt] });
      Object.assign(channel, { status: "working" });
    }, 300).unref();
    return delivery;
  }

  async #answer(request: IncomingMessage): Promise<FakeAnswer | undefined> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    if (pathname === "/session/sign-in") {
      this.signedIn = true;
      return { status: 302, headers: { location: searchParams.get("returnTo") ?? "/" } };
    }
    if (pathname === "/session/refresh") {
      if (!this.signedIn) return problem(new FakeProblem(401, "The session is over."));
      this.#isExpired = false;
      this.renewals += 1;
      return { status: 204 };
    }
    if (!/^\/(api|local)\//.test(pathname)) return undefined;
    if (!this.signedIn || this.#isExpired) return problem(new FakeProblem(401, "Sign in."));
    for (const { key, answers, serve } of fakeRoutes) {
      const [method, path = ""] = key.split(" ");
      const pattern = new RegExp(`^${path.replaceAll("*", "([^/]+)")}$`);
      const found = method === request.method ? pattern.exec(pathname) : null;
      if (!found) continue;
      try {
        const failure = this.failures.get(key);
        if (failure) throw failure;
        const params = found.slice(1).map(decodeURIComponent);
        const body = answers.parse(
          serve(this, { params, query: searchParams, body: await readBody(request) }),
        );
        return body === undefined ? { status: 204 } : { status: 200, body };
      } catch (error) {
        if (error instanceof FakeProblem) return problem(error);
        throw error;
      }
    }
    return problem(new FakeProblem(404, `${request.method} ${pathname} is not served here.`));
  }

  #welcome(socket: WebSocket): void {
    socket.on("message", (bytes) => {
      const frame = ClientFrame.parse(JSON.parse(String(bytes)));
      const reply = (answer: ServerFrame) => socket.send(JSON.stringify(answer));
      if (frame.action === "ping") return reply({ kind: "pong" });
      this.hellos.push(frame.afterSeq);
      for (const event of this.#past) if (frame.afterSeq !== null && event.seq > frame.afterSeq) reply(event);
      reply({ kind: "ready", seq: this.#past.at(-1)?.seq ?? "000000000000", gap: false });
      this.#sockets.add(socket);
    });
    socket.on("close", () => this.#sockets.delete(socket));
  }
}

interface FakeAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

function problem(fault: FakeProblem): FakeAnswer {
  const { status, message: detail, field } = fault;
  const title =
    status === 401 ? "No valid credential" : status === 404 ? "Not found" : "The request is not valid";
  return { status, body: { title, status, detail, ...(field ? { field } : {}), requestId: "req_test" } };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}
