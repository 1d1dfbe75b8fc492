export { growForest, type IsolationForest, isolationOf, loadForest, saveForest } from "./isolation-forest.ts";
export { MetricDetector, type Verdict } from "./metric-detector.ts";
export { type Feature, features, type Sensitivity } from "./settings.ts";
export { loadState, type SeriesState, saveState } from "./state.ts";
export { type Contributor, VectorDetector, type VectorVerdict } from "./vector-detector.ts";
