/** Every reading of the text under which a secret could still be found: as it is, unescaped, URL-decoded, from base64. */
export function readings(text: string): string {
  const unescaped = text
    .replace(/\\+u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\+(.)/g, "$1");
  const decoded = text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const encoded = [...text.matchAll(/[A-Za-z0-9+/_=-]{16,}/g)].map(([run]) =>
    Buffer.from(run, "base64").toString("latin1"),
  );
  return [text, unescaped, decoded, ...encoded].join("\n");
}

/** True where any of the planted secrets, or all but its ends, can still be read. */
export function leaks(text: string, planted: readonly string[]): boolean {
  const all = readings(text);
  return planted.some((secret) => all.includes(secret.length > 16 ? secret.slice(4, -4) : secret));
}
