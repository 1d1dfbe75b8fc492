export { askModel, type ModelAnswer, type ModelDeps, type Question, type Usage } from "./ask-model.ts";
export type { ChatMessage } from "./chat.ts";
export { openModels } from "./open-models.ts";
export { ModelsEnv } from "./provider.ts";
export { readUsage } from "./read-usage.ts";
export { type Warmed, warmAnswers } from "./warm-answers.ts";
