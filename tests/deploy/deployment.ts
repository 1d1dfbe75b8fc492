import { fileURLToPath } from "node:url";
import { run } from "./child.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a user has in hand after the first deployment. */
export interface Installation {
  url: string;
  ingestUrl: string;
  tenantId: string;
  ingestKey: string;
  adminKey: string;
}

/** `npm run deploy`, as a user types it, with the choices given. Returns what it said. */
export async function deploy(choices: Record<string, string>): Promise<string> {
  const options = ["--require-approval", "never", "--tenant", "First"];
  return script("infra/deploy/main.ts", ...options, ...contextOf(choices));
}

/** `npx cdk destroy --all`, with the choices it was deployed with. */
export async function destroy(choices: Record<string, string>): Promise<void> {
  await script("node_modules/aws-cdk/bin/cdk", "destroy", "--all", "--force", ...contextOf(choices));
}

const contextOf = (choices: Record<string, string>) =>
  Object.entries(choices).flatMap(([name, value]) => ["-c", `${name}=${value}`]);

/** One of the project's own programs, to its end. Throws with its last lines when it fails. */
export async function script(program: string, ...args: string[]): Promise<string> {
  const { code, said } = await run({
    command: process.execPath,
    args: [program, ...args],
    cwd: root,
    env: { ...process.env, CI: "true", CDK_DISABLE_CLI_TELEMETRY: "true", FORCE_COLOR: "0" },
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${lastLines(said)}`);
  return said;
}

/** Reads what the first deployment told its user. */
export function installationOf(said: string): Installation {
  const told = (label: string) => {
    const value = new RegExp(`^${label} +(\\S+)`, "m").exec(said)?.[1];
    if (!value) throw new Error(`npm run deploy did not tell "${label}":\n${lastLines(said)}`);
    return value;
  };
  return {
    url: told("dashboard"),
    ingestUrl: told("ingest").replace(/\/v1\/metrics$/, ""),
    tenantId: told("tenant"),
    ingestKey: told("ingest key"),
    adminKey: told("admin key"),
  };
}

const lastLines = (text: string) => text.trimEnd().split("\n").slice(-30).join("\n");
