import type { z } from "zod";

export type ReadAnswer<T> = { kind: "valid"; value: T } | { kind: "invalid"; why: string };

const shownIssues = 5;

/** The value in a model's text, fenced or with words around it, if it is of the asked form. */
export function readAnswer<T extends z.ZodType>(text: string, schema: T): ReadAnswer<z.infer<T>> {
  let why = "there is no JSON object in the answer";
  for (const candidate of candidates(text)) {
    let json: unknown;
    try {
      json = JSON.parse(candidate);
    } catch (error) {
      why = `the JSON cannot be read: ${(error as Error).message.slice(0, 200)}`;
      continue;
    }
    const parsed = schema.safeParse(json);
    if (parsed.success) return { kind: "valid", value: parsed.data };
    why = parsed.error.issues
      .slice(0, shownIssues)
      .map((issue) => `${issue.path.join(".") || "the answer"}: ${issue.message}`)
      .join("; ");
  }
  return { kind: "invalid", why };
}

/** The whole text, what a fence holds, and what stands between the outermost braces. */
function candidates(text: string): string[] {
  const whole = text.trim();
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/i.exec(whole)?.[1];
  const first = whole.indexOf("{");
  const last = whole.lastIndexOf("}");
  const braced = first >= 0 && last > first ? whole.slice(first, last + 1) : undefined;
  return [...new Set([whole, fenced, braced].filter((one) => one?.startsWith("{")))] as string[];
}
