import type { Labels, Severity } from "../../events/alerts.ts";
import { Invalid } from "../platform/errors.ts";
import { formatValue } from "./format.ts";

const placeholder = /\{\{([^{}]*)\}\}/g;
const labelPrefix = "labels.";
/** A template may name a long label many times; the outcome still has to fit an event. */
const maxLength = 2_048;

export interface Values {
  value: number | null;
  threshold: number | null;
  unit: string | null;
  severity: Severity;
  labels: Labels;
}

/** Throws Invalid naming the annotation and the placeholder that is not known. */
export function checkAnnotations(annotations: Labels): void {
  for (const [name, template] of Object.entries(annotations)) {
    for (const [whole, inner = ""] of template.matchAll(placeholder)) {
      const word = inner.trim();
      const known = ["value", "threshold", "severity"].includes(word) || isLabel(word);
      if (!known) {
        throw new Invalid(
          `The annotation "${name}" has the unknown placeholder "${whole}"; it may hold {{ value }}, {{ threshold }}, {{ severity }} and {{ labels.NAME }}.`,
          `annotations.${name}`,
        );
      }
    }
  }
}

/** The annotations with their placeholders filled in, once: what a label's value holds is never a template. */
export function renderAnnotations(annotations: Labels, values: Values): Labels {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, template]) => [
      name,
      template
        .replace(placeholder, (whole, inner: string) => fill(inner.trim(), values) ?? whole)
        .slice(0, maxLength),
    ]),
  );
}

const isLabel = (word: string) => word.startsWith(labelPrefix) && word.length > labelPrefix.length;

function fill(word: string, values: Values): string | undefined {
  switch (word) {
    case "value":
      return values.value === null ? "no data" : formatValue(values.value, values.unit);
    case "threshold":
      return values.threshold === null ? "none" : formatValue(values.threshold, values.unit);
    case "severity":
      return values.severity;
    default: {
      if (!isLabel(word)) return undefined;
      const label = word.slice(labelPrefix.length);
      return Object.hasOwn(values.labels, label) ? values.labels[label] : "";
    }
  }
}
