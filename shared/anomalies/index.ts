export { growForest, type IsolationForest, isolationOf, loadForest, saveForest } from "./isolation-forest.ts";
export { MetricDetector, type Verdict } from "./metric-detector.ts";
export { features } from "./settings.ts";
export { loadState, saveState } from "./state.ts";
export { VectorDetector } from "./vector-detector.ts";
