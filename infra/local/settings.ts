import { resolve } from "node:path";
import { z } from "zod";

const flag = (name: string) =>
  z.enum(["0", "1"], `${name} must be 0 or 1`).transform((value) => value === "1");

const Env = z.object({
  PORT: z.coerce.number("PORT must be a number").int().min(0).max(65_535).default(4400),
  DATA_DIR: z
    .string()
    .min(1)
    .default(".sentinelops")
    .transform((folder) => resolve(folder)),
  WATCH_HOST: flag("WATCH_HOST").default(true),
  OPEN: flag("OPEN").default(false),
  OUTBOUND_ALLOW: z.string().default(""),
  LIMITS: z.string().default("{}"),
});

/** What stands empty in an environment is not set. */
const unlessEmpty = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

/** An OpenAI-compatible provider; without an address there is none. */
const AiEnv = z
  .object({
    AI_BASE_URL: unlessEmpty(z.url("AI_BASE_URL must be an address, as https://api.example.com/v1")),
    AI_MODEL: unlessEmpty(z.string()),
    AI_FAST_MODEL: unlessEmpty(z.string()),
    AI_API_KEY: unlessEmpty(z.string()),
  })
  .refine(({ AI_BASE_URL, AI_MODEL }) => !AI_BASE_URL || AI_MODEL, {
    path: ["AI_MODEL"],
    message: "AI_BASE_URL needs the name of a model beside it",
  });

export interface Settings {
  /** 0 = any free one. */
  port: number;
  dataDir: string;
  watchHost: boolean;
  open: boolean;
  /** `host:port,…` that webhooks may reach though they are not public. */
  outboundAllow: string;
  /** The AI provider's settings under their own names; empty without one. */
  ai: Readonly<Record<string, string>>;
  /** Limits of a tenant that are not the default ones, as JSON. */
  limits: string;
}

/** Throws an Error naming every setting that is wrong. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const parsed = Env.safeParse(env);
  const ai = AiEnv.safeParse(env);
  if (!parsed.success || !ai.success) {
    const issues = [parsed, ai].flatMap(({ error }) => error?.issues ?? []);
    const wrong = issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The settings are not right. ${wrong.join("; ")}. See npm start -- --help.`);
  }
  const { PORT, DATA_DIR, WATCH_HOST, OPEN, OUTBOUND_ALLOW, LIMITS } = parsed.data;
  return {
    port: PORT,
    dataDir: DATA_DIR,
    watchHost: WATCH_HOST,
    open: OPEN,
    outboundAllow: OUTBOUND_ALLOW,
    ai: givenOf(ai.data),
    limits: LIMITS,
  };
}

/** Nothing without a provider's address. */
function givenOf(ai: z.infer<typeof AiEnv>): Record<string, string> {
  if (!ai.AI_BASE_URL) return {};
  return Object.fromEntries(
    Object.entries(ai).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

export const help = `npm start runs all of SentinelOps on this machine, with no account and nothing but Node.

Settings, by environment:
  PORT=4400               where the dashboard and the API listen (127.0.0.1 only)
  DATA_DIR=.sentinelops   where everything is kept; one runtime per folder
  WATCH_HOST=1            sends this machine's metrics and its own to it; 0 leaves that out
  OPEN=0                  1 opens the dashboard in the browser
  OUTBOUND_ALLOW=         host:port,… that webhooks may reach though they are private
  AI_BASE_URL=            an OpenAI-compatible provider, as https://api.example.com/v1; none when left out
  AI_MODEL=               its model; AI_FAST_MODEL= one for small work, AI_API_KEY= the provider's key
  LIMITS={}               limits that are not the default ones, as {"api.key":1000}

Ctrl-C stops it. What it accepted is kept, also when it is killed.`;
