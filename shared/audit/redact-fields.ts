/** Names whose values are never written down, whatever they hold. */
const secretName =
  /secret|token|password|passwd|credential|authorization|cookie|private.?key|webhookurl|hash$/i;
/** Our own keys, and addresses that carry a password. */
const secretValue = /\bso_[a-z]+_[0-9A-Za-z]{8,}|^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:[^/\s@]+@/i;
const hidden = "[REDACTED]";
const maxDepth = 8;
/** Of one side of a change, in characters of its JSON. */
const maxLength = 16_000;

type Fields = Record<string, unknown>;

/** The same fields without what must not be read by whoever may read the audit; what is too large is named only. */
export function redactFields(fields: Fields): Fields {
  const clean = redact(fields, maxDepth) as Fields;
  if (JSON.stringify(clean).length <= maxLength) return clean;
  return { omitted: `The fields ${Object.keys(clean).join(", ").slice(0, 1_000)} are too large to keep.` };
}

function redact(value: unknown, depth: number): unknown {
  if (typeof value === "string") return secretValue.test(value) ? hidden : value;
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "…";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [
        name,
        secretName.test(name) && (typeof member === "string" || typeof member === "object") && member !== null
          ? hidden
          : redact(member, depth - 1),
      ]),
  );
}
