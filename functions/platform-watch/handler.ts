import { watchPlatform } from "../../shared/health/index.ts";
import { scheduleDoor, type Tick } from "../../shared/platform/lambda/schedule-door.ts";
import { type Services, services } from "./services.ts";

/** As often as the row says. */
const spanMs = 30 * 60_000;

export async function onTick(
  tick: Tick,
  { tenants, cloudWatch, publish, redactionSalt }: Services,
): Promise<void> {
  const [oldest] = await tenants.listTenantIds();
  if (oldest === undefined) return;
  const { scheduledMs } = tick;
  await watchPlatform(tick.ctxFor(oldest), { scheduledMs, spanMs }, { cloudWatch, publish, redactionSalt });
}

export const handler = scheduleDoor({ services, name: "platform-watch", run: onTick });
