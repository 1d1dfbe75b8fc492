export { CloudWatchStore, makeCloudWatchClient } from "./cloud-watch-store.ts";
export { healthMetrics } from "./schemas.ts";
export { watchPlatform } from "./watch-platform.ts";
