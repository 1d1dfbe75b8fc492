export { CloudWatchStore, makeCloudWatchClient } from "./cloud-watch-store.ts";
export { type HealthSample, healthPoints } from "./health-points.ts";
export { type HealthMetric, healthMetrics } from "./schemas.ts";
export { watchPlatform } from "./watch-platform.ts";
