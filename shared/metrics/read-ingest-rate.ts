import type { Ctx } from "../platform/context.ts";
import type { IngestRateStore } from "./ingest-rate-store.ts";
import type { IngestRate } from "./schemas.ts";

const minuteMs = 60_000;

/** How much comes in: by minute over the last hour, and per second now. The last minute is still filling. */
export async function readIngestRate(ctx: Ctx, { rates }: { rates: IngestRateStore }): Promise<IngestRate> {
  const thisMinuteMs = Math.floor(ctx.nowMs / minuteMs) * minuteMs;
  const minutes = await rates.minutes(ctx.tenantId, thisMinuteMs - 59 * minuteMs, thisMinuteMs + minuteMs);
  const filling = minutes.at(-1)?.points ?? 0;
  const full = minutes.at(-2)?.points ?? 0;
  const fillingS = Math.max(1, (ctx.nowMs - thisMinuteMs) / 1000);
  const pointsPerSecond = full > 0 ? (full + filling) / (60 + fillingS) : filling / fillingS;
  return { pointsPerSecond, minutes };
}
