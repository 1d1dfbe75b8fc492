export { redactAttributes, redactLabels } from "./redact-labels.ts";
export { redactText, searches } from "./redact-text.ts";
