/** Strings, with the colon that makes one a member's name, and what opens and closes objects. */
const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g;

/**
 * Whether an object anywhere in a JSON text names a member twice. Parsers disagree on which one counts, so a
 * token with one could mean one thing to who checks it and another to who uses it. Expects valid JSON.
 */
export function hasDuplicateMembers(json: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, text, colon] of json.matchAll(tokens)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    if (!text || !colon) continue;
    const members = open.at(-1);
    const name = String(JSON.parse(text));
    if (members?.has(name)) return true;
    members?.add(name);
  }
  return false;
}
