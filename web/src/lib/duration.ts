const units = [
  { letter: "d", ms: 86_400_000 },
  { letter: "h", ms: 3_600_000 },
  { letter: "m", ms: 60_000 },
  { letter: "s", ms: 1_000 },
] as const;

/** `90s`, `3m`, `1h 30m`, `0` → ms; undefined when it is not a duration. */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim().toLowerCase().replaceAll(/\s+/g, "");
  if (/^0+$/.test(compact)) return 0;
  if (!/^(\d+(\.\d+)?[dhms])+$/.test(compact)) return undefined;
  let totalMs = 0;
  for (const [, amount, letter] of compact.matchAll(/(\d+(?:\.\d+)?)([dhms])/g)) {
    totalMs += Number(amount) * (units.find((unit) => unit.letter === letter)?.ms ?? 0);
  }
  return Math.round(totalMs);
}

/** The exact inverse of parseDuration for whole seconds: 5,400,000 → `1h30m`, 0 → `0s`. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms / 1_000) * 1_000;
  if (rest <= 0) return "0s";
  let text = "";
  for (const unit of units) {
    const amount = Math.floor(rest / unit.ms);
    if (amount > 0) text += `${amount}${unit.letter}`;
    rest -= amount * unit.ms;
  }
  return text;
}

/** For reading at a glance: the two largest units, `2 h 13 m`, `41 s`, `< 1 s`. */
export function roughDuration(ms: number): string {
  if (ms < 1_000) return ms <= 0 ? "0 s" : "< 1 s";
  let rest = ms;
  const parts: string[] = [];
  for (const unit of units) {
    const amount = Math.floor(rest / unit.ms);
    rest -= amount * unit.ms;
    if (amount > 0) parts.push(`${amount} ${unit.letter}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}
