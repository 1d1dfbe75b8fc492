import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Envelope } from "../../events/envelope.ts";
import {
  listDeployments,
  makeDeploymentStore,
  readDeployment,
  recordDeployment,
} from "../../shared/deployments/index.ts";
import { type Deployment, DeploymentFilter, DeploymentInput } from "../../shared/deployments/schemas.ts";
import { Conflict, Forbidden, Invalid, NotFound, Unavailable } from "../../shared/platform/errors.ts";
import { derivedId } from "../../shared/platform/ids.ts";
import { aCtx, noonMs } from "../analysis/builders.ts";
import { aLog } from "../platform/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let testTable: TestTable;
let published: Envelope[];
beforeAll(async () => {
  testTable = await startTestTable(() => noonMs);
});
afterAll(() => testTable.stop());

function aWorld() {
  published = [];
  return {
    deployments: makeDeploymentStore(testTable.table),
    publish: async (events: readonly Envelope[]) => void published.push(...events),
    log: aLog(),
  };
}
const anInput = (set: Partial<DeploymentInput> = {}) =>
  DeploymentInput.parse({ id: "run/1", service: "payments", version: "2.4.0", ...set });

test("F1: the same id twice, and at once, is one deployment and one event", async () => {
  const ctx = aCtx();
  const deps = aWorld();

  const all = await Promise.all([1, 2, 3].map(() => recordDeployment(ctx, anInput(), deps)));
  const again = await recordDeployment({ ...ctx, nowMs: noonMs + 60_000 }, anInput(), deps);

  expect(all.filter(({ created }) => created)).toHaveLength(1);
  expect(again).toMatchObject({ created: false, deployment: { at: "2026-11-20T12:00:00.000Z" } });
  expect(published.map(({ type }) => type)).toEqual(["deployment.recorded.v1", "audit.recorded.v1"]);
});

test.each([
  ["version", { version: "2.5.0" }],
  ["service", { service: "web" }],
  ["summary", { summary: "another" }],
  ["at", { at: "2026-11-20T11:00:00.000Z" }],
])("R-03: an id that comes again with another %s is refused, and nothing changes", async (field, set) => {
  const ctx = aCtx();
  const deps = aWorld();
  const { deployment } = await recordDeployment(ctx, anInput(), deps);

  const other = recordDeployment(ctx, anInput(set), deps);

  await expect(other).rejects.toThrow(Conflict);
  await expect(other).rejects.toThrow(field);
  expect(await readDeployment(ctx, deployment.id, deps.deployments)).toEqual(deployment);
});

test("S-05: the same id of two tenants is two deployments, and neither sees the other's", async () => {
  const [a, b] = [aCtx(), aCtx()];
  const deps = aWorld();
  const one = await recordDeployment(a, anInput(), deps);
  const two = await recordDeployment(b, anInput({ version: "9" }), deps);

  expect(one.deployment.id).not.toBe(two.deployment.id);
  await expect(readDeployment(b, one.deployment.id, deps.deployments)).rejects.toThrow(NotFound);
  const list = await listDeployments(b, DeploymentFilter.parse({}), deps.deployments);
  expect(list.items.map(({ version }) => version)).toEqual(["9"]);
});

test("the same id in two projects is two deployments, and who is narrowed to one sees that one", async () => {
  const ctx = aCtx();
  const deps = aWorld();
  const one = await recordDeployment({ ...ctx, projects: ["search"] }, anInput(), deps);
  const two = await recordDeployment(ctx, anInput({ project: "checkout", version: "9" }), deps);
  const three = await recordDeployment(ctx, anInput({ version: "10" }), deps);
  const narrowed = { ...ctx, projects: ["search"] };
  const list = (by: typeof ctx) => listDeployments(by, DeploymentFilter.parse({}), deps.deployments);

  const again = await recordDeployment(narrowed, anInput({ project: "search" }), deps);

  expect(again).toEqual({ ...one, created: false });
  expect([one, two, three].map(({ deployment }) => deployment.project)).toEqual([
    "search",
    "checkout",
    "default",
  ]);
  expect(published.map(({ data }) => data["project"]).filter(Boolean)).toEqual([
    "search",
    "checkout",
    "default",
  ]);
  expect((await list(ctx)).items).toHaveLength(3);
  expect((await list(narrowed)).items).toEqual([one.deployment]);
  expect(await readDeployment(narrowed, one.deployment.id, deps.deployments)).toEqual(one.deployment);
  for (const { deployment } of [two, three]) {
    await expect(readDeployment(narrowed, deployment.id, deps.deployments)).rejects.toThrow(NotFound);
  }
});

test("who is narrowed records in an own project, and names it where there are several", async () => {
  const deps = aWorld();
  const several = aCtx({ projects: ["search", "checkout"] });

  await expect(recordDeployment(several, anInput({ project: "web" }), deps)).rejects.toThrow(Forbidden);
  await expect(recordDeployment(several, anInput(), deps)).rejects.toThrow(
    expect.objectContaining({ name: "invalid", field: "project" }),
  );
  const { deployment } = await recordDeployment(several, anInput({ project: "checkout" }), deps);

  expect(deployment.project).toBe("checkout");
  expect(published.filter(({ type }) => type === "deployment.recorded.v1")).toHaveLength(1);
});

test("what was recorded before there were projects keeps its id and is the default project's", async () => {
  const ctx = aCtx();
  const deps = aWorld();
  const id = derivedId("deployment", ctx.tenantId, "run/1");
  const { deployment } = await recordDeployment(ctx, anInput(), deps);
  const { project: _, ...before } = deployment;
  const old = { ...before, id: derivedId("deployment", ctx.tenantId, "run/0"), externalId: "run/0" };
  await deps.deployments.add(ctx.tenantId, old as Deployment, []);

  const read = await readDeployment({ ...ctx, projects: ["default"] }, old.id, deps.deployments);

  expect(deployment.id).toBe(id);
  expect(read.project).toBe("default");
});

test("they are listed newest first, by service and time, page by page", async () => {
  const ctx = aCtx();
  const deps = aWorld();
  for (let i = 0; i < 6; i++) {
    const at = new Date(noonMs - i * 3_600_000).toISOString();
    await recordDeployment(
      ctx,
      anInput({ id: `run/${i}`, service: i % 2 ? "web" : "payments", version: `${i}`, at }),
      deps,
    );
  }
  const read = (filter: object) => listDeployments(ctx, DeploymentFilter.parse(filter), deps.deployments);

  const versions: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: 2, ...(cursor ? { cursor } : {}) });
    versions.push(...page.items.map(({ version }) => version));
    cursor = page.cursor ?? undefined;
  } while (cursor);
  const web = await read({ service: "web" });
  const early = await read({ to: new Date(noonMs - 3.5 * 3_600_000).toISOString() });

  expect(versions).toEqual(["0", "1", "2", "3", "4", "5"]);
  expect(web.items.map(({ version }) => version)).toEqual(["1", "3", "5"]);
  expect(early.items.map(({ version }) => version)).toEqual(["4", "5"]);
});

test("an event that the bus refused stays owed", async () => {
  const ctx = aCtx();
  const deps = aWorld();
  const publish = async () => {
    throw new Unavailable("the bus is away");
  };

  const { created } = await recordDeployment(ctx, anInput(), { ...deps, publish });
  const owed = await testTable.table.owed(noonMs + 60_000, 100);

  expect(created).toBe(true);
  expect(owed.filter(({ tenantId }) => tenantId === ctx.tenantId)).toHaveLength(1);
});

test.each([
  ["a time to come", { at: "2026-11-20T13:00:00.000Z" }],
  ["a time long past", { at: "2025-01-01T00:00:00.000Z" }],
])("%s is refused", async (_what, set) => {
  await expect(recordDeployment(aCtx(), anInput(set), aWorld())).rejects.toThrow(Invalid);
});

test.each([
  [{ link: "javascript:alert(1)" }],
  [{ link: "file:///etc/passwd" }],
  [{ id: "a b" }],
  [{ service: "" }],
  [{ tenantId: "ten_other" }],
])("S-07: %j is not a deployment", (set) => {
  const input = { service: "payments", version: "1", ...set };

  expect(DeploymentInput.safeParse(input).success).toBe(false);
});
