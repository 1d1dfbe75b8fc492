import { alerts } from "./alerts.ts";
import { analysis } from "./analysis.ts";
import { anomalies } from "./anomalies.ts";
import { audit } from "./audit.ts";
import { deployments } from "./deployments.ts";
import { incidents } from "./incidents.ts";
import { ingest } from "./ingest.ts";
import { limits } from "./limits.ts";
import { metrics } from "./metrics.ts";
import { notifications } from "./notifications.ts";
import { platform } from "./platform.ts";
import { realtime } from "./realtime.ts";
import type { FunctionRow } from "./row.ts";
import { services } from "./services.ts";
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
  ...audit,
  ...limits,
  ...platform,
  ...analysis,
  ...services,
  ...deployments,
];
