export { askModel, type ModelDeps, type Question, type Usage } from "./ask-model.ts";
export { makeReadDay } from "./budget-store.ts";
export { openModels } from "./open-models.ts";
export { hasModels, ModelsEnv } from "./provider.ts";
export { readUsage } from "./read-usage.ts";
