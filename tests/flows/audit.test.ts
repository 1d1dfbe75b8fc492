import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { AlertRule } from "../../shared/alerts/schemas.ts";
import type { AuditEntry, AuditList, AuditStatistics } from "../../shared/audit/schemas.ts";
import type { ShownOnceKey } from "../../shared/keys/schemas.ts";
import type { Cardinality, Limits } from "../../shared/limits/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { databaseOf } from "../support/database.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

let runtime: Runtime;
let outside: Outside;
let api: ApiClient;
beforeAll(async () => {
  outside = await startOutside();
  runtime = await startRuntime({ env: { OUTBOUND_ALLOW: outside.host } });
  await runtime.warm();
  api = apiClient(runtime);
}, 60_000);
afterAll(async () => {
  await runtime?.stop();
  await outside?.stop();
});

/** The audit once it holds all of these actions. */
const auditWith = (query: string, ...actions: string[]): Promise<AuditEntry[]> =>
  eventually(`${actions.join(", ")} on record`, async () => {
    const { items } = await api.ask<AuditList>(`GET /api/audit?limit=200&${query}`);
    const there = new Set(items.map(({ action }) => action));
    return actions.every((action) => there.has(action)) && items;
  });

test("S-65: what people do and what the platform does by itself is on record: who, what, before, after, why, from where", async () => {
  const rule = await api.ask<AlertRule>("POST /api/alert-rules", {
    name: "Hot",
    metric: "audit.heat",
    aggregate: "last",
    operator: ">",
    thresholds: { critical: 90 },
  });
  const { id: channelId } = await api.ask<{ id: string }>("POST /api/channels", {
    kind: "webhook",
    name: "hook",
    url: `${outside.url}/hook`,
  });
  const { id: _id, version: _v, createdAt: _c, updatedAt: _u, updatedBy: _b, ...input } = rule;
  await api.ask(`PUT /api/alert-rules/${rule.id}`, { ...input, enabled: true, thresholds: { critical: 80 } });
  const { key } = await api.ask<ShownOnceKey>("POST /api/keys", { name: "CI", scopes: ["read"] });
  await api.ask(`DELETE /api/keys/${key.id}`);
  await eventually(
    "it fires",
    async () => {
      await api.ingest([{ name: "audit.heat", value: 95 }]);
      return outside.received("/hook").length > 0;
    },
    30_000,
  );
  const { items: incidents } = await api.ask<{ items: { id: string }[] }>("GET /api/incidents");
  const incidentId = incidents[0]?.id;
  await api.ask(`POST /api/incidents/${incidentId}/transitions`, { to: "ACKNOWLEDGED", note: "mine" });
  await api.ask(`DELETE /api/alert-rules/${rule.id}`);
  await api.ask(`DELETE /api/channels/${channelId}`);

  const all = await auditWith(
    "",
    "alert-rule.created",
    "alert-rule.updated",
    "alert-rule.deleted",
    "channel.created",
    "channel.deleted",
    "notification-route.created",
    "api-key.created",
    "api-key.revoked",
    "incident.opened",
    "incident.moved",
    "notification.delivered",
  );

  const one = (action: string) => all.find((entry) => entry.action === action);
  expect(one("alert-rule.updated")).toMatchObject({
    actor: { kind: "key" },
    resource: { type: "alert-rule", id: rule.id, name: "Hot" },
    before: { thresholds: { critical: 90 } },
    after: { thresholds: { critical: 80 } },
    from: { ip: "127.0.0.1" },
  });
  expect(one("incident.opened")).toMatchObject({
    actor: { kind: "system", id: "incidents-correlate" },
    causationId: expect.stringMatching(/^evt_/),
    why: expect.any(String),
  });
  const moved = all.find((entry) => entry.action === "incident.moved" && entry.actor.kind === "key");
  expect(moved).toMatchObject({
    resource: { id: incidentId },
    before: { state: "DETECTED" },
    after: { state: "ACKNOWLEDGED" },
    why: "mine",
  });
  expect(all.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(all.map((_, i) => i + 1));
  expect(JSON.stringify(all)).not.toContain("whsec_");

  const ofRule = await auditWith(`resource=alert-rule:${rule.id}`, "alert-rule.deleted");
  expect(ofRule).toHaveLength(3);
  const bySystem = await auditWith("actor=system:incidents-correlate", "incident.opened");
  expect(bySystem.every(({ actor }) => actor.id === "incidents-correlate")).toBe(true);
  expect(await api.ask<AuditList>("GET /api/audit?to=2020-01-01T00:00:00Z")).toEqual({
    items: [],
    cursor: null,
  });
  const statistics = await api.ask<AuditStatistics>("GET /api/audit/statistics");
  expect(statistics).toMatchObject({ complete: true });
  expect(statistics.byAction).toContainEqual({ name: "alert-rule.updated", count: 1 });
}, 60_000);

test("the audit is exported whole, as lines and as a table", async () => {
  const download = async (format: string) => {
    const headers = { authorization: `Bearer ${runtime.adminKey}` };
    return (await fetch(`${runtime.url}/api/audit/export?format=${format}`, { headers })).text();
  };

  const lines = (await download("jsonl")).trim().split("\n");
  const table = (await download("csv")).trim().split("\r\n");

  const seqs = lines.map((line) => (JSON.parse(line) as AuditEntry).seq);
  expect(seqs).toContain(1);
  expect(new Set(seqs).size).toBe(Math.max(...seqs));
  expect(table.length).toBeGreaterThan(lines.length);
});

test("limits, what is left of them, and where series come from can be seen", async () => {
  const limits = await api.ask<Limits>("GET /api/limits");
  const offenders = await api.ask<Cardinality>("GET /api/limits/series");

  expect(limits.buckets.map(({ routeClass, owner }) => `${routeClass}.${owner}`)).toContain("api.key");
  expect(limits.quotas.find(({ name }) => name === "api-keys")?.used).toBeGreaterThanOrEqual(2);
  expect(offenders.metrics.map(({ metric }) => metric)).toContain("audit.heat");
});

test("S-65: npm run ops -- audit verify says that all is well, and names the entry that somebody edited", async () => {
  const main = fileURLToPath(new URL("../../infra/ops/main.ts", import.meta.url));
  const verify = async () => {
    const child = spawn(process.execPath, [main, "audit", "verify", "--laptop"], {
      env: { ...process.env, DATA_DIR: runtime.dataDir },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { exit: await exit, said: out + err };
  };

  const before = await verify();
  const client = databaseOf(runtime);
  const [second] = (await api.ask<AuditList>("GET /api/audit?limit=200")).items.filter(
    ({ seq }) => seq === 2,
  );
  await client.send(
    new UpdateCommand({
      TableName: "audit",
      Key: { pk: `TENANT#${runtime.tenantId}#CHAIN`, sk: "000000000002" },
      UpdateExpression: "SET body = :body",
      ExpressionAttributeValues: { ":body": JSON.stringify({ ...second, why: "somebody else's doing" }) },
    }),
  );
  const after = await verify();

  expect(before).toMatchObject({ exit: 0, said: expect.stringContaining("Nothing was edited") });
  expect(after).toMatchObject({ exit: 1, said: expect.stringContaining("entry 2 was edited") });
}, 30_000);
