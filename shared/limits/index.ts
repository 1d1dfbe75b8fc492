export { makeBucketStore } from "./bucket-store.ts";
export { findOffenders, type OffendersDeps } from "./cardinality.ts";
export { type ReadLimitsDeps, readLimitsAndUse } from "./read-limits.ts";
export { requestServices } from "./request-services.ts";
export { defaultLimits, LimitsEnv, quotaOf, readLimits } from "./settings.ts";
