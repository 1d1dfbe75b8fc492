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

export interface Settings {
  /** 0 = any free one. */
  port: number;
  dataDir: string;
  watchHost: boolean;
  open: boolean;
  /** `host:port,…` that webhooks may reach though they are not public. */
  outboundAllow: string;
  /** Limits of a tenant that are not the default ones, as JSON. */
  limits: string;
}

/** Throws an Error naming every setting that is wrong. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const parsed = Env.safeParse(env);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The settings are not right. ${wrong.join("; ")}. See npm start -- --help.`);
  }
  const { PORT, DATA_DIR, WATCH_HOST, OPEN, OUTBOUND_ALLOW, LIMITS } = parsed.data;
  return {
    port: PORT,
    dataDir: DATA_DIR,
    watchHost: WATCH_HOST,
    open: OPEN,
    outboundAllow: OUTBOUND_ALLOW,
    limits: LIMITS,
  };
}

export const help = `npm start runs all of SentinelOps on this machine, with no account and nothing but Node.

Settings, by environment:
  PORT=4400               where the dashboard and the API listen (127.0.0.1 only)
  DATA_DIR=.sentinelops   where everything is kept; one runtime per folder
  WATCH_HOST=1            sends this machine's own metrics to it; 0 leaves that out
  OPEN=0                  1 opens the dashboard in the browser
  OUTBOUND_ALLOW=         host:port,… that webhooks may reach though they are private
  LIMITS={}               limits that are not the default ones, as {"api.key":1000}

Ctrl-C stops it. What it accepted is kept, also when it is killed.`;
