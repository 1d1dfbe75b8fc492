import type { Severity } from "../../../../events/alerts.ts";
import { formatQuantity, unitName } from "../../lib/quantity.ts";
import { numberOf } from "./typed-text.ts";

export const severityWords: Record<Severity, string> = {
  critical: "Critical",
  warning: "Warning",
  info: "Info",
};

/** How a typed limit reads in the metric's unit: 0.9 of a ratio is 90 %. */
export function limitHint(text: string, unit: string | null): string | undefined {
  if (unit === null) return undefined;
  const value = numberOf(text);
  return value === undefined ? unitName(unit) : `= ${formatQuantity(value, unit)}`;
}
