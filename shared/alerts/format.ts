import type { Labels } from "../../events/alerts.ts";

/** A value as a person writes it: four significant digits and its unit; UCUM's braces and the dimensionless unit "1" are left out. */
export function formatValue(value: number, unit: string | null): string {
  const digits = String(Number(value.toPrecision(4)));
  const name = unit === null || unit === "1" ? "" : unit.replace(/\{([^{}]*)\}/g, "$1");
  return name ? `${digits} ${name}` : digits;
}

const steps = [
  { ms: 86_400_000, name: "d" },
  { ms: 3_600_000, name: "h" },
  { ms: 60_000, name: "min" },
  { ms: 1_000, name: "s" },
] as const;

/** The two largest parts of a span: "3 min", "1 min 15 s", "250 ms". */
export function formatDuration(spanMs: number): string {
  if (spanMs < 1_000) return `${Math.round(spanMs)} ms`;
  const parts: string[] = [];
  let left = Math.round(spanMs / 1_000) * 1_000;
  for (const { ms, name } of steps) {
    const count = Math.floor(left / ms);
    if (count > 0 && parts.length < 2) parts.push(`${count} ${name}`);
    left -= count * ms;
  }
  return parts.join(" ");
}

/** `{host="a",env="prod"}`, cut where it grows long; empty labels are "everything". */
export function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  if (pairs.length === 0) return "everything";
  const text = pairs.join(",");
  return `{${text.length > 200 ? `${text.slice(0, 200)}…` : text}}`;
}
