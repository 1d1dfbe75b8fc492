/** Controls, zero-width and joining characters, direction marks, tags, and lone halves of pairs. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Text from outside as it may stand inside a sentence of ours: visible, on one line, at most `most` characters. */
export function plainWords(text: string, most = 80): string {
  const visible = text.normalize("NFC").replace(invisible, " ").replace(/\s+/g, " ").trim();
  const letters = [...visible];
  return letters.length <= most ? visible : `${letters.slice(0, most - 1).join("")}…`;
}

/** A measured number with its unit, short enough for a sentence. */
export function spellValue(value: number, unit: string | null): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 3;
  const text = String(Number(value.toFixed(digits)));
  if (unit === "1/s") return `${text}/s`;
  return unit === null || unit === "" || unit === "1" ? text : `${text} ${plainWords(unit, 20)}`;
}

/** A length of time in the unit a person would use. */
export function spellSpan(ms: number): string {
  const s = Math.round(Math.abs(ms) / 1000);
  if (s < 120) return `${s} s`;
  if (s < 7_200) return `${Math.round(s / 60)} min`;
  if (s < 172_800) return `${Math.round(s / 3_600)} h`;
  return `${Math.round(s / 86_400)} days`;
}
