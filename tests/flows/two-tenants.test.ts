import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { contracts } from "../../functions/platform-contract/contracts.ts";
import { tableNames } from "../../infra/topology/row.ts";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { createTenantWithKeys } from "../../shared/tenancy/index.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

interface Party {
  tenantId: string;
  /** Stands in everything this tenant sends, and nowhere in what is the other's. */
  canary: string;
  api: ApiClient;
  keys: { ingestKey: string; adminKey: string };
  /** Every answer it got. */
  answers: string[];
}

let runtime: Runtime;
let outside: Outside;
let database: DynamoDBDocumentClient;
let parties: [Party, Party];

beforeAll(async () => {
  outside = await startOutside();
  runtime = await startRuntime({ env: { OUTBOUND_ALLOW: outside.host } });
  await runtime.warm();
  const env = runtime.awsEnv;
  database = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: env["AWS_REGION"] ?? "",
      endpoint: env["AWS_ENDPOINT_URL_DYNAMODB"] ?? "",
      credentials: {
        accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
        secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
      },
    }),
  );
  parties = [await aParty("canaryalpha"), await aParty("canarybravo")];
}, 60_000);
afterAll(async () => {
  await runtime?.stop();
  await outside?.stop();
});

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
  };
}

/** Works with everything there is, the canary in every text it may choose. */
async function work({ api, canary }: Party): Promise<void> {
  const url = `${outside.url}/${canary}`;
  await api.ask("POST /api/channels", { kind: "webhook", name: canary, url });
  await api.ask("POST /api/alert-rules", {
    name: canary,
    metric: `load.${canary}`,
    aggregate: "last",
    operator: ">",
    thresholds: { critical: 1 },
    groupBy: ["service.name"],
    annotations: { summary: canary },
  });
  await api.ask("POST /api/keys", { name: canary, scopes: ["read"] });
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
  const { items } = await api.ask<{ items: { id: string }[] }>("GET /api/incidents");
  await api.ask(`POST /api/incidents/${items[0]?.id}/comments`, { text: canary });
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

test("S-01, S-05: of two tenants at work at once no byte of one is in any answer, message, row or log line of the other", async () => {
  const [a, b] = parties;

  await Promise.all([work(a), work(b)]);
  const ofA = (await readEverything(a, [])).filter((id) => /^(rul|inc|alt|chn|rte|dlv)_/.test(id));
  await readEverything(b, ofA.slice(0, 10));

  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const said = one.answers.join("\n");
    expect(said).toContain(one.canary);
    expect(said).not.toContain(other.canary);
    expect(said).not.toContain(other.tenantId);
    for (const { body } of outside.received(`/${one.canary}`)) expect(body).not.toContain(other.canary);
  }
  await expectRowsApart(a, b);
  await expectRowsApart(b, a);
  expectLogApart(a, b);
}, 120_000);

async function expectRowsApart(one: Party, other: Party): Promise<void> {
  for (const TableName of tableNames) {
    for await (const { Items = [] } of paginateScan({ client: database }, { TableName })) {
      for (const row of Items) {
        if (!String(row["pk"]).startsWith(`TENANT#${one.tenantId}#`)) continue;
        expect(JSON.stringify(row)).not.toContain(other.canary);
        expect(JSON.stringify(row)).not.toContain(other.tenantId);
      }
    }
  }
}

/** S-59: and no line holds a key. */
function expectLogApart(one: Party, other: Party): void {
  const file = join(runtime.dataDir, "functions.log");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  for (const line of lines) {
    expect(line.includes(one.tenantId) && line.includes(other.tenantId)).toBe(false);
    expect(line.includes(one.canary) && line.includes(other.canary)).toBe(false);
    for (const { keys } of [one, other]) {
      for (const key of Object.values(keys)) expect(line).not.toContain(key.split("_")[3]);
    }
  }
}
