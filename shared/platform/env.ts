import type { z } from "zod";

/**
 * Reads settings from the environment on cold start. What is missing or wrong is named,
 * all of it at once.
 */
export function readEnv<T extends z.ZodObject>(schema: T, env: NodeJS.ProcessEnv = process.env): z.infer<T> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  throw new Error(`The function's environment is incomplete: ${wrong}. Its topology row must provide it.`);
}
