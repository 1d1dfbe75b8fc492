import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { onTick } from "../../functions/alerts-tick/handler.ts";
import type { Services } from "../../functions/alerts-tick/services.ts";
import { aCtx, noonMs } from "../alerts/builders.ts";
import { type Stage, startStage } from "../alerts/stage.ts";
import { aLog } from "../platform/builders.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const scheduledMs = noonMs + 600_000;
const tick = {
  scheduledMs,
  nowMs: scheduledMs + 1_200,
  ctxFor: (tenantId: string) => aCtx({ tenantId, nowMs: scheduledMs + 1_200 }),
};

function services(tenantIds: readonly string[], changes: object = {}) {
  const log = aLog();
  const tenants = { listTenantIds: async () => tenantIds };
  return { log, ...stage.tickDeps, tenants, ...changes } as unknown as Services & { log: typeof log };
}

test("every tenant has its turn, and R-30: the same minute again is done once", async () => {
  const one = await stage.tenant({});
  const other = await stage.tenant({});
  for (const tenant of [one, other]) await tenant.arrive([{ atMs: noonMs, value: 95 }]);
  const wired = services([one.tenantId, other.tenantId]);

  await onTick(tick, wired);
  await onTick(tick, wired);

  for (const tenant of [one, other])
    expect(tenant.eventTypes()).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
});

test("a rule that cannot be judged stops no other, and the run says that it failed", async () => {
  const sick = await stage.tenant({ metric: "sick" }, { metric: "cpu" });
  await sick.arrive([
    { atMs: noonMs, value: 95, name: "sick" },
    { atMs: noonMs, value: 95 },
  ]);
  const readPoints: typeof stage.metrics.store.readPoints = (tenantId, input) =>
    input.name === "sick"
      ? Promise.reject(new Error("no answer"))
      : stage.metrics.store.readPoints(tenantId, input);
  const wired = services([sick.tenantId], { metrics: { ...stage.metrics.store, readPoints } });

  await expect(onTick(tick, wired)).rejects.toThrow("could not be judged");

  expect(sick.eventTypes().filter((type) => type === "alert.resolved.v1")).toHaveLength(1);
  expect(wired.log.lines.map(({ message }) => message)).toEqual(["rule not judged by the clock"]);
});
