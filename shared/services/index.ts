export { declareService, removeService } from "./declare-service.ts";
export { entityOf, peerLabelOf, serviceLabelOf } from "./labels.ts";
export { type LearnDeps, learnServices, observeNew } from "./learn-services.ts";
export type { Observation } from "./observation.ts";
export { listServices, readService } from "./read-services.ts";
export { drawGraph } from "./service-graph.ts";
export { makeServiceStore, type ServiceStore } from "./service-store.ts";
