import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Envelope } from "../../events/envelope.ts";
import { contracts } from "../../functions/platform-contract/contracts.ts";
import { tableNames } from "../../infra/topology/row.ts";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { createTenantWithKeys } from "../../shared/tenancy/index.ts";
import { pointsOf } from "../ingest/builders.ts";
import { leaks } from "../redaction/leaks.ts";
import { vital } from "../redaction/secrets.ts";
import { Seeded } from "../redaction/seeded.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type BusTap, tapBus } from "../support/bus-tap.ts";
import { databaseOf } from "../support/database.ts";
import { type FakeOpenai, startFakeOpenai } from "../support/fake-openai.ts";
import { type Listener, listenTo } from "../support/listener.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

interface Party {
  tenantId: string;
  /** Stands in everything this tenant sends, and nowhere in what is the other's. */
  canary: string;
  api: ApiClient;
  keys: { ingestKey: string; adminKey: string };
  /** Every answer to what it read. */
  answers: string[];
  /** What was shown once: the key it made and its webhook's secret. */
  shownOnce: string[];
  live: Listener;
}

let runtime: Runtime;
let outside: Outside;
let model: FakeOpenai;
let bus: BusTap;
let database: DynamoDBDocumentClient;
let parties: [Party, Party];

beforeAll(async () => {
  [outside, model, bus] = await Promise.all([startOutside(), startFakeOpenai(), tapBus()]);
  outside.script([], { status: 200, headers: { "set-cookie": `sid=${farCookie}; Path=/` } });
  runtime = await startRuntime({
    env: {
      OUTBOUND_ALLOW: `${outside.host},${model.allow}`,
      AI_BASE_URL: model.baseUrl,
      AI_MODEL: "gpt-4o",
      AI_API_KEY: modelKey,
    },
    rowChanges: {
      ...bus.rowChanges,
      // What fails writes into the log what it was about.
      "incidents-note": { ...bus.rowChanges["incidents-note"], tables: { incidents: "read" } },
    },
  });
  bus.leadTo(runtime);
  await runtime.warm();
  database = databaseOf(runtime);
  parties = [await aParty("canaryalpha"), await aParty("canarybravo")];
}, 60_000);
afterAll(async () => {
  for (const { live } of parties ?? []) live.socket.terminate();
  await runtime?.stop();
  await Promise.all([outside?.stop(), model?.stop(), bus?.stop()]);
});

const modelKey = "sk-proj-thekeyofthisinstallation0123456789abcdefgh";
const farCookie = "aCookieOfTheFarEnd0123456789";
/** Secrets that come in with telemetry and comments, two of each kind that must never slip through. */
const planted = Array.from({ length: 2 }, (_, n) =>
  Object.values(vital).map((make) => make(new Seeded(40 + n))),
).flat();

async function aParty(canary: string): Promise<Party> {
  const table = new TenantTable(database, "tenancy");
  const made = await createTenantWithKeys({ table, name: canary, ownerEmail: null, nowMs: Date.now() });
  const keys = { ingestKey: made.ingestKey, adminKey: made.adminKey };
  return {
    tenantId: made.tenantId,
    canary,
    keys,
    api: apiClient({ url: runtime.url, ...keys }),
    answers: [],
    shownOnce: [],
    live: await listenTo(runtime, { authorization: `Bearer ${made.adminKey}` }),
  };
}

/** Works with everything there is, the canary in every text it may choose. */
async function work({ api, canary, shownOnce }: Party): Promise<void> {
  const url = `${outside.url}/${canary}`;
  const made = await api.ask<{ secret: string }>("POST /api/channels", {
    kind: "webhook",
    name: canary,
    url,
  });
  await api.ask("POST /api/alert-rules", {
    name: canary,
    metric: `load.${canary}`,
    aggregate: "last",
    operator: ">",
    thresholds: { critical: 1 },
    groupBy: ["service.name"],
    annotations: { summary: canary },
  });
  const { text } = await api.ask<{ text: string }>("POST /api/keys", { name: canary, scopes: ["read"] });
  shownOnce.push(text, made.secret);
  for (let i = 0; i < 5; i++) {
    const points = Array.from({ length: 20 }, (_, n) => ({
      name: `load.${canary}`,
      value: 5,
      labels: { "service.name": `${canary}-${n % 3}`, host: `${canary}-${n}` },
    }));
    await api.ingest(points);
    await Promise.all(Array.from({ length: 5 }, () => api.ask("GET /api/incidents")));
  }
  await eventually("a message", () => outside.received(`/${canary}`).length > 0, 40_000);
  await api.ingest(
    planted.map(({ text }, n) => ({
      name: `planted.${canary}`,
      value: n,
      labels: { note: text.slice(0, 1_000), [text.slice(0, 30)]: "x" },
    })),
  );
  const { items } = await api.ask<{ items: { id: string }[] }>("GET /api/incidents");
  const [incident] = items;
  await api.ask(`POST /api/incidents/${incident?.id}/comments`, { text: canary });
  for (const { text } of planted) {
    await api.ask(`POST /api/incidents/${incident?.id}/comments`, { text: text.slice(0, 2_000) });
  }
  await api.ask(`POST /api/incidents/${incident?.id}/questions`, { question: `Why did ${canary} fail?` });
  await eventually(
    "it is on record",
    async () => JSON.stringify(await api.ask("GET /api/audit")).includes("incident.commented"),
    30_000,
  );
}

/** Every route that reads, with the ids that the tenant's own lists name, and with the other's. */
async function readEverything(party: Party, foreignIds: readonly string[]): Promise<string[]> {
  const reads = Object.keys(contracts).filter((key) => key.startsWith("GET /api/"));
  const ask = async (path: string) => {
    const answer = await fetch(runtime.url + path, {
      headers: { authorization: `Bearer ${party.keys.adminKey}` },
    });
    const text = await answer.text();
    party.answers.push(text);
    return { status: answer.status, text };
  };
  const lists = await Promise.all(
    reads.filter((key) => !key.includes("{")).map((key) => ask(`${key.slice(4)}?name=load.${party.canary}`)),
  );
  const own = idsIn(lists.map(({ text }) => text));
  const paths = reads.filter((key) => key.includes("{id}")).map((key) => key.slice(4));
  for (const id of own) for (const path of paths) await ask(path.replace("{id}", id));
  await ask(`/api/metrics/load.${party.canary}/series`);
  for (const id of foreignIds) {
    for (const path of paths) {
      expect({ path, status: (await ask(path.replace("{id}", id))).status }).toEqual({ path, status: 404 });
    }
  }
  return own;
}

const idsIn = (texts: readonly string[]) => [
  ...new Set(texts.flatMap((text) => [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? ""))),
];

describe("of two tenants at work at once", () => {
  beforeAll(async () => {
    const [a, b] = parties;
    await Promise.all([work(a), work(b)]);
    const ofA = (await readEverything(a, [])).filter((id) => /^(rul|inc|alt|chn|rte|dlv)_/.test(id));
    await readEverything(b, ofA.slice(0, 10));
  }, 120_000);

  const both = () => {
    const [a, b] = parties;
    return [
      [a, b],
      [b, a],
    ] as const;
  };
  const expectApart = (said: string, other: Party) => {
    // A whole text in a failure would be megabytes.
    expect([said.includes(other.canary), said.includes(other.tenantId)]).toEqual([false, false]);
  };

  test("S-01, S-05: no byte of one is in any answer to the other, nor in any message", () => {
    for (const [one, other] of both()) {
      const said = one.answers.join("\n");
      expect(said.includes(one.canary)).toBe(true);
      expectApart(said, other);
      const messages = outside.received(`/${one.canary}`).map(({ body }) => body);
      expect(messages.length).toBeGreaterThan(0);
      expectApart(messages.join("\n"), other);
    }
  });

  test("S-05: nor in any row", async () => {
    for (const [one, other] of both()) {
      for (const { row } of (await everyRow()).filter(({ row }) => isOf(row, one))) {
        expectApart(JSON.stringify(row), other);
      }
    }
  });

  test("S-05: nor in any event on the bus, its packed points included", () => {
    for (const [one, other] of both()) {
      const events = bus.events.filter(({ tenantId }) => tenantId === one.tenantId);
      const told = events.map(unpacked).join("\n");

      expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(5);
      expect(told.includes(`load.${one.canary}`)).toBe(true);
      expectApart(told, other);
    }
  });

  test("S-05: nor in any frame of its live stream", () => {
    for (const [one, other] of both()) {
      const types = one.live.frames.flatMap((frame) => (frame.kind === "event" ? [frame.type] : []));
      const heard = JSON.stringify(one.live.frames);

      expect(types).toEqual(expect.arrayContaining(["alert.fired.v1", "incident.opened.v1"]));
      expect(heard.includes(one.canary)).toBe(true);
      expectApart(heard, other);
    }
  });

  test("S-47: nor in any prompt of a model, and no prompt holds what was planted", () => {
    for (const [one, other] of both()) {
      const prompts = model.requests.filter(({ raw }) => raw.includes(one.canary)).map(({ raw }) => raw);

      expect(prompts.length).toBeGreaterThan(1);
      expectApart(prompts.join("\n"), other);
    }
    expect(leakedIn(model.requests.map(({ raw }) => raw).join("\n"))).toEqual([]);
  });

  test("S-59: nor in any line of a log, and no line holds a key, a cookie or what was planted", () => {
    const lines = logLines();
    const [a, b] = parties;

    expect(lines.filter((line) => line.includes("handed back to its queue")).length).toBeGreaterThan(1);
    for (const line of lines) {
      expect([line, line.includes(a.tenantId) && line.includes(b.tenantId)]).toEqual([line, false]);
      expect([line, line.includes(a.canary) && line.includes(b.canary)]).toEqual([line, false]);
    }
    const all = lines.join("\n");
    expect(leakedIn(all)).toEqual([]);
    expect(all).not.toMatch(/authorization|set-cookie|bearer /i);
    for (const secret of [farCookie, modelKey, ...parties.flatMap(secretsOf).flatMap(inEveryForm)]) {
      expect([secret, all.includes(secret)]).toEqual([secret, false]);
    }
  });

  test("S-27: no row holds what opens anything, plain or in base64", async () => {
    const keys = parties.flatMap(({ keys, shownOnce }) => [...Object.values(keys), shownOnce[0] ?? ""]);
    const dump = JSON.stringify(await everyRow());

    expect(keys).toHaveLength(6);
    for (const form of keys.map(randomPart).flatMap(inEveryForm)) {
      expect([form, dump.includes(form)]).toEqual([form, false]);
    }
  });

  test("S-08: no answer of any route that reads holds a hash, a channel's secret or its address", async () => {
    const kept = (await everyRow())
      .filter(({ table, row }) => table !== "audit" && parties.some((party) => names(row, party)))
      .flatMap(({ row }) => valuesNamed(row, /hash|secret|salt|token/i));
    const said = parties.flatMap(({ answers }) => answers).join("\n");

    expect(kept.length).toBeGreaterThan(parties.length * 3);
    for (const secret of [...kept, ...parties.flatMap(secretsOf)]) {
      expect([secret, said.includes(secret)]).toEqual([secret, false]);
    }
    for (const { canary } of parties) expect(said.includes(`${outside.host}/${canary}`)).toBe(false);
  });
});

const isOf = (row: object, { tenantId }: Party) =>
  "pk" in row && String(row.pk).startsWith(`TENANT#${tenantId}#`);

/** Also what is kept to be found by an id alone. */
const names = (row: object, { tenantId }: Party) => JSON.stringify(row).includes(tenantId);

async function everyRow(): Promise<{ table: string; row: Record<string, unknown> }[]> {
  const rows: { table: string; row: Record<string, unknown> }[] = [];
  for (const table of tableNames) {
    for await (const { Items = [] } of paginateScan({ client: database }, { TableName: table })) {
      rows.push(...Items.map((row) => ({ table, row })));
    }
  }
  return rows;
}

/** An event's text, with the points that it carries packed. */
function unpacked(event: Envelope): string {
  const points = event.type === "metrics.received.v1" ? pointsOf(event).series : [];
  return JSON.stringify([event, points]);
}

/** What the functions logged, what the person at the terminal was told, and all that the process wrote beside. */
function logLines(): string[] {
  const files = ["functions.log", "functions.log.old"].map((name) => join(runtime.dataDir, name));
  const logged = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
  return [...logged, ...runtime.told, ...runtime.printed].join("\n").split("\n");
}

const leakedIn = (text: string) =>
  planted.filter((one) => leaks(text, one.planted)).map((one) => one.planted);

/** The part of a key that nobody can guess. */
const randomPart = (key: string) => key.split("_")[3] ?? key;
const secretsOf = ({ keys, shownOnce }: Party) => [...Object.values(keys), ...shownOnce].map(randomPart);

/** A text, and what of it shows in base64 wherever it begins. */
function inEveryForm(text: string): string[] {
  const shifted = [0, 1, 2].map((by) => {
    const encoded = Buffer.from("~".repeat(by) + text).toString("base64");
    return encoded.slice(4, -4);
  });
  return [text, ...shifted];
}

/** The texts at any depth that stand under such a name and are long enough to be a secret. */
function valuesNamed(value: unknown, name: RegExp): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "string"
      ? name.test(key) && inner.length >= 16
        ? [inner]
        : []
      : valuesNamed(inner, name),
  );
}
