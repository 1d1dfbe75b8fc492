import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeBlockStore } from "../../shared/anomalies/block-store.ts";
import { makeDirectoryStore } from "../../shared/anomalies/directory-store.ts";
import { acknowledgeAnomaly, dismissAnomaly, resolveAnomaly } from "../../shared/anomalies/give-feedback.ts";
import { slot as at, loadState } from "../../shared/anomalies/state.ts";
import { Conflict, NotFound } from "../../shared/platform/errors.ts";
import type { Sample } from "../alerts/builders.ts";
import { noiseAt } from "./builders.ts";
import { minuteMs, type Stage, startMs, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const labels = { "service.name": "checkout" };
const at200 = (count: number): Sample[] =>
  Array.from({ length: count }, (_, minute) => ({
    atMs: startMs + minute * minuteMs,
    value: 100 + noiseAt(minute) + (minute >= 200 ? 60 : 0),
    name: "latency",
    labels,
  }));

/** A tenant with one open anomaly. */
async function aTenant() {
  const tenant = stage.tenant();
  const worker = tenant.worker();
  await tenant.feed(at200(203), worker);
  const page = await tenant.anomalies.list(tenant.tenantId, { from: "2026", to: "2027" }, 5);
  const [anomaly] = page.items;
  if (!anomaly) throw new Error("There is no anomaly to speak of.");
  const deps = { ...worker, blocks: makeBlockStore(stage.table), directory: makeDirectoryStore(stage.table) };
  const ctx = { ...tenant.ctx, actor: { kind: "person" as const, id: "ada", name: "Ada" } };
  const outcomes = async () =>
    (await tenant.anomalies.listDecisions(tenant.tenantId, anomaly.id, 20)).items.map(
      ({ outcome }) => outcome,
    );
  return { ...tenant, ctx, deps, anomaly, worker, outcomes };
}

test("an acknowledged anomaly stays open and says who has seen it", async () => {
  const { ctx, deps, anomaly, outcomes } = await aTenant();

  const after = await acknowledgeAnomaly(ctx, { anomalyId: anomaly.id, note: "looking" }, deps);

  expect(after).toMatchObject({
    state: "open",
    feedback: [{ kind: "acknowledged", by: "Ada", note: "looking" }],
  });
  expect(await outcomes()).toContain("acknowledged");
});

test("a resolved anomaly is over, and what the detector sees after changes nothing", async () => {
  const { ctx, deps, anomaly, feed, worker, events, anomalies, tenantId } = await aTenant();

  await resolveAnomaly(ctx, { anomalyId: anomaly.id, note: undefined }, deps);
  await feed(at200(280), worker);

  expect(events("anomaly.ended.v1").map(({ data }) => data["outcome"])).toEqual(["resolved"]);
  expect(await anomalies.get(tenantId, anomaly.id)).toMatchObject({ state: "ended", outcome: "resolved" });
});

describe("a dismissed anomaly", () => {
  test("is over, and raises the threshold of that very series, with its trace in the record", async () => {
    const { ctx, deps, anomaly, feed, worker, events, outcomes, tenantId } = await aTenant();

    await dismissAnomaly(ctx, { anomalyId: anomaly.id, note: "a sale" }, deps);
    await feed(at200(240), worker);

    expect(events("anomaly.ended.v1").map(({ data }) => data["outcome"])).toEqual(["dismissed"]);
    expect(await outcomes()).toContain("dismissed");
    const [stored] = await deps.blocks.loadMany(tenantId, [{ id: "m0", kind: "metric", service: null }]);
    stored?.block.settle();
    const saved = stored?.block.state.bases[0];
    const state = saved && loadState(saved.subarray(saved.byteLength - stateBytes(saved)));
    expect(state?.cells[at.dismissed]).toBeCloseTo(0.15);
  });

  test("cannot be dismissed again", async () => {
    const { ctx, deps, anomaly } = await aTenant();
    await dismissAnomaly(ctx, { anomalyId: anomaly.id, note: undefined }, deps);

    await expect(dismissAnomaly(ctx, { anomalyId: anomaly.id, note: undefined }, deps)).rejects.toThrow(
      Conflict,
    );
  });
});

test.each([
  ["acknowledge", acknowledgeAnomaly],
  ["resolve", resolveAnomaly],
  ["dismiss", dismissAnomaly],
])("S-01: to %s another tenant's anomaly finds nothing and changes nothing", async (_verb, verb) => {
  const { deps, anomaly, anomalies, tenantId } = await aTenant();
  const foreign = { ...stage.tenant().ctx };

  await expect(verb(foreign, { anomalyId: anomaly.id, note: undefined }, deps)).rejects.toThrow(NotFound);

  expect(await anomalies.get(tenantId, anomaly.id)).toEqual(anomaly);
});

/** The detector's state is what is left behind a watch's own head. */
function stateBytes(saved: Uint8Array): number {
  for (let head = 0; head < 400; head += 8) {
    if (loadState(saved.subarray(head))) return saved.byteLength - head;
  }
  return 0;
}
