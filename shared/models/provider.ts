import { z } from "zod";

const one = {
  /** Where `/chat/completions` is asked for: `https://api.openai.com/v1`. */
  baseUrl: z.url({ protocol: /^https?$/ }),
  /** The deep model. */
  model: z.string().trim().min(1),
  /** For many small questions; the deep one when left out. */
  fastModel: z.string().trim().min(1).optional(),
  /** Providers on one's own machine need none. */
  apiKey: z.string().min(1).optional(),
};
const ProviderSettings = z.object({ ...one, fallback: z.object(one).optional() });

/** One OpenAI-compatible endpoint with its two models. */
export interface Provider {
  /** Host and models: what tells one provider from another in records. Holds no key. */
  name: string;
  baseUrl: string;
  model: string;
  fastModel: string;
  apiKey: string | undefined;
}

/** The env of functions that ask models; a secret wins over single settings, and with neither no model is asked. */
export const ModelsEnv = z.object({
  AI_SECRET_ARN: z.string().default(""),
  AI_BASE_URL: z.string().default(""),
  AI_MODEL: z.string().default(""),
  AI_FAST_MODEL: z.string().default(""),
  AI_API_KEY: z.string().default(""),
  /** The tenants' limits; of them, how many tokens a day models may use. */
  LIMITS: z.string().default("{}"),
});
export type ModelsEnv = z.infer<typeof ModelsEnv>;

/** False where no model is set up, so that nothing needs to be asked to know it. */
export const hasModels = (env: Pick<ModelsEnv, "AI_SECRET_ARN" | "AI_BASE_URL">): boolean =>
  env.AI_SECRET_ARN !== "" || env.AI_BASE_URL !== "";

/** The providers of a secret's text, first choice first. Throws an Error that names the wrong field and no value. */
export function parseProviders(secret: string): Provider[] {
  let json: unknown;
  try {
    json = JSON.parse(secret);
  } catch {
    throw new Error(
      "The AI provider's secret is not JSON; it holds { baseUrl, model, fastModel, apiKey, fallback }.",
    );
  }
  const parsed = ProviderSettings.safeParse(json);
  if (!parsed.success) {
    const wrong = parsed.error.issues
      .map(({ path, message }) => `${path.join(".") || "it"}: ${message}`)
      .join("; ");
    throw new Error(`The AI provider's secret cannot be used: ${wrong}.`);
  }
  const { fallback, ...first } = parsed.data;
  return [first, ...(fallback ? [fallback] : [])].map(toProvider);
}

/** The provider that single settings name; none where they are empty. */
export function providersOfEnv(env: ModelsEnv): Provider[] {
  if (env.AI_BASE_URL === "") return [];
  const { AI_BASE_URL: baseUrl, AI_MODEL: model, AI_FAST_MODEL: fastModel, AI_API_KEY: apiKey } = env;
  return parseProviders(
    JSON.stringify({ baseUrl, model, fastModel: fastModel || undefined, apiKey: apiKey || undefined }),
  );
}

function toProvider({ baseUrl, model, fastModel, apiKey }: z.infer<typeof ProviderSettings>): Provider {
  return {
    name: `${new URL(baseUrl).host}/${model}`,
    baseUrl: baseUrl.replace(/\/+$/, ""),
    model,
    fastModel: fastModel ?? model,
    apiKey,
  };
}
