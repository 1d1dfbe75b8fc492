const byName: readonly (readonly [RegExp, string])[] = [
  [/\.utilization$/, "1"],
  [/\.(memory|filesystem|disk|swap)\.(usage|limit)$/, "By"],
  [/\.(network|disk)\.io$/, "By"],
  [/\.(cpu\.time|duration|uptime)$/, "s"],
];

/** A metric's unit; where the sender left it out, the one OpenTelemetry's semantic conventions give the name. */
export function knownUnit(name: string, unit: string | null): string | null {
  if (unit !== null && unit !== "") return unit;
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}
