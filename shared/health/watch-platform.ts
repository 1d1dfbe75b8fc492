import { acceptMetrics, decodePlainMetrics } from "../ingest/index.ts";
import type { Publish } from "../platform/bus/publish.ts";
import type { Ctx } from "../platform/context.ts";
import type { RedactionSalt } from "../tenancy/index.ts";
import type { CloudWatchStore } from "./cloud-watch-store.ts";
import { healthPoints } from "./health-points.ts";

const minuteMs = 60_000;
/** CloudWatch has a minute's numbers a little late. */
const settledMs = 5 * minuteMs;

interface WatchDeps {
  cloudWatch: Pick<CloudWatchStore, "read">;
  publish: Publish;
  redactionSalt: RedactionSalt;
}

/**
 * Takes what CloudWatch measured of our own functions and queues in the `spanMs` before the scheduled moment into
 * the tenant of `ctx`, as telemetry. The same moment twice makes the same events. Returns how many points.
 */
export async function watchPlatform(
  ctx: Ctx,
  { scheduledMs, spanMs }: { scheduledMs: number; spanMs: number },
  { cloudWatch, ...deps }: WatchDeps,
): Promise<number> {
  const toMs = Math.floor((scheduledMs - settledMs) / settledMs) * settledMs;
  const points = healthPoints(await cloudWatch.read(toMs - spanMs, toMs));
  const decoded = decodePlainMetrics(Buffer.from(JSON.stringify(points)));
  const { accepted } = await acceptMetrics(ctx, decoded, deps);
  return accepted;
}
