/** Labels as conditions in PromQL spelling: `{host="a",env="prod"}`. */
export function matchAll(labels: Readonly<Record<string, string>>): string {
  const conditions = Object.entries(labels).map(([label, value]) => condition(label, value));
  return conditions.length === 0 ? "{}" : `{${conditions.join(",")}}`;
}

/** The matcher text with one more `label="value"`; unchanged when it already stands there. */
export function withCondition(match: string, label: string, value: string): string {
  const inner = match.trim().replace(/^\{/, "").replace(/\}$/, "").trim().replace(/,$/, "");
  const added = condition(label, value);
  if (inner === "") return `{${added}}`;
  if (`,${inner},`.replaceAll(", ", ",").includes(`,${added},`)) return match;
  return `{${inner},${added}}`;
}

function condition(label: string, value: string): string {
  const escaped = value
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `${label}="${escaped}"`;
}
