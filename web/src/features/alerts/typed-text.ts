import type { Severity } from "../../../../events/alerts.ts";
import { severities } from "../../lib/contract.ts";
import { parseDuration } from "../../lib/duration.ts";

/** Field, as the API names it → what is wrong with it. */
export type Faults = Partial<Record<string, string>>;
export type BySeverity<T> = Record<Severity, T>;

export const nothingTyped: BySeverity<string> = { critical: "", warning: "", info: "" };

/** Reads what was typed into a form, and notes at which field something cannot be read. */
export class TypedText {
  readonly faults: Faults = {};

  duration(field: string, text: string): number {
    const ms = parseDuration(text);
    if (ms === undefined) this.faults[field] = `"${text}" is not a duration; write it like 30s, 3m or 1h30m.`;
    return ms ?? 0;
  }

  number(field: string, text: string): number {
    const value = numberOf(text);
    if (value === undefined) this.faults[field] = `"${text}" is not a number.`;
    return value ?? 0;
  }

  /** What stands at each severity; `missing` is said where it stands at none. */
  bySeverity(
    field: string,
    texts: BySeverity<string>,
    read: (field: string, text: string) => number,
    missing: string,
  ): Partial<BySeverity<number>> {
    const given = severities.filter((severity) => texts[severity].trim() !== "");
    if (given.length === 0) this.faults[field] = missing;
    return Object.fromEntries(
      given.map((severity) => [severity, read(`${field}.${severity}`, texts[severity])]),
    );
  }
}

/** A typed number, or undefined for what is none; a true minus sign counts as one. */
export function numberOf(text: string): number | undefined {
  const plain = text.trim().replace("−", "-");
  const value = Number(plain);
  return plain === "" || !Number.isFinite(value) ? undefined : value;
}

/** The texts of values that stand at severities; `spell` says how one is typed. */
export function typedBySeverity(
  values: { readonly [S in Severity]?: number | undefined },
  spell: (value: number) => string,
): BySeverity<string> {
  const text = (value: number | undefined) => (value === undefined ? "" : spell(value));
  return { critical: text(values.critical), warning: text(values.warning), info: text(values.info) };
}
