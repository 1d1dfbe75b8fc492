import type { LabelPair } from "../label-base.ts";

/** Two libraries may name a metric alike; the scope's name keeps them apart. Its other parts are left out. */
export function scopeLabels(name: string): LabelPair[] {
  return name === "" ? [] : [["otel.scope.name", name]];
}
