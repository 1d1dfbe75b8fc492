import { limits } from "./limits.ts";

/** A label as it came; a later one of the same key wins. */
export type LabelPair = readonly [key: string, value: string];

/** The labels that all points of one resource and scope share. */
export interface LabelBase {
  pairs: readonly LabelPair[];
  /** Why no point with these labels can be taken, or null. */
  fault: string | null;
}

/** Checks the shared labels once, so that a hostile resource costs nothing per point. */
export function labelBase(pairs: readonly LabelPair[]): LabelBase {
  const labels = new Map(pairs);
  const fault = labelsFault(labels);
  return { pairs: fault ? [] : [...labels], fault };
}

/** Why these labels are too many or too long, or null. */
export function labelsFault(labels: ReadonlyMap<string, string>): string | null {
  if (labels.size > limits.labels) return tooManyLabels(labels.size);
  for (const [key, value] of labels) {
    if (key === "") return "one of its labels has an empty key; name it";
    const shown = key.slice(0, 40);
    const fault =
      tooLong(`label key "${shown}"`, key, limits.labelKeyBytes) ??
      tooLong(`the value of label "${shown}"`, value, limits.labelValueBytes);
    if (fault) return fault;
  }
  return null;
}

export function tooManyLabels(count: number): string {
  return `it has ${count} labels, shared ones included; at most ${limits.labels} are taken`;
}

/** The limit counts bytes of UTF-8; a text needs at most three for each of its units. */
export function tooLong(what: string, text: string, mostBytes: number): string | null {
  if (text.length * 3 <= mostBytes) return null;
  const bytes = Buffer.byteLength(text);
  return bytes > mostBytes ? `${what} has ${bytes} bytes; at most ${mostBytes} are taken` : null;
}
