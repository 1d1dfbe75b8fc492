import type { TenantTable } from "../platform/aws/tenant-table.ts";
import type { HttpServices } from "../platform/lambda/http-door.ts";
import type { Log } from "../platform/log.ts";
import { makeBucketStore } from "./bucket-store.ts";
import { makeLeases } from "./leases.ts";
import { makeMeter } from "./meter.ts";
import { makeOnce } from "./once.ts";
import { makeOnceStore } from "./once-store.ts";
import { readLimits } from "./settings.ts";

/** What the door of every HTTP function counts and remembers requests with. `limits` is LIMITS of the environment. */
export function requestServices(
  table: TenantTable,
  limits: string,
  log: Log,
): Pick<HttpServices, "meter" | "once"> {
  const settings = readLimits(limits);
  return {
    meter: makeMeter({ leases: makeLeases(makeBucketStore(table)), settings, log }),
    once: makeOnce(makeOnceStore(table), log),
  };
}
