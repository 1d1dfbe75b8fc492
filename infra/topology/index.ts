import { alerts } from "./alerts.ts";
import { anomalies } from "./anomalies.ts";
import { incidents } from "./incidents.ts";
import { ingest } from "./ingest.ts";
import { metrics } from "./metrics.ts";
import { notifications } from "./notifications.ts";
import { platform } from "./platform.ts";
import { realtime } from "./realtime.ts";
import type { FunctionRow } from "./row.ts";
import { tenancy } from "./tenancy.ts";

/** Every function of the platform. The CDK stacks, the laptop runtime and events/README.md are made from these rows. */
export const topology: readonly FunctionRow[] = [
  ...ingest,
  ...metrics,
  ...alerts,
  ...anomalies,
  ...incidents,
  ...notifications,
  ...realtime,
  ...tenancy,
  ...platform,
];
