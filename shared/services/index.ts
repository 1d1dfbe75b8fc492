export { declareService, removeService } from "./declare-service.ts";
export { type Call, callOf, entityOf, hostOf, peerLabelOf, serviceLabelOf } from "./labels.ts";
export { type LearnDeps, learnServices, observeNew } from "./learn-services.ts";
export type { Observation, Seen } from "./observation.ts";
export { listServices, readService } from "./read-services.ts";
export { drawGraph, type Trouble } from "./service-graph.ts";
export { makeServiceStore, type ServiceStore } from "./service-store.ts";
