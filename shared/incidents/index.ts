export { IncidentRecord } from "./incident-record.ts";
export { makeIncidentStore } from "./incident-store.ts";
export { type IncidentLists, makeIncidentLists } from "./list-store.ts";
export { noteAnalysis } from "./note-analysis.ts";
export { readTroubles } from "./read-troubles.ts";
export type { IncidentDeps } from "./save-change.ts";
