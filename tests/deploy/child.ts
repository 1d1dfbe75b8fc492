import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";

/** Children of this test, each with its own process group, so that all of what they start ends with them. */
const running = new Set<ChildProcess>();
const graceMs = 5_000;

interface Command {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

export interface Finished {
  code: number;
  /** stdout and stderr as they came. */
  said: string;
}

/** Runs a command to its end; code 127 where it cannot be started at all. */
export async function run({ command, args, env = process.env, cwd }: Command): Promise<Finished> {
  const child = spawn(command, args, { env, cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let said = "";
  const hear = (chunk: Buffer) => {
    said += chunk.toString("utf8");
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? 1, said };
  } catch (error) {
    return { code: 127, said: String(error) };
  } finally {
    running.delete(child);
  }
}

/** Starts a server that writes into a log file. */
export function start({ command, args, env = process.env, cwd }: Command, logFile: string): ChildProcess {
  const log = openSync(logFile, "a");
  const child = spawn(command, args, { env, cwd, detached: true, stdio: ["ignore", log, log] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Ends every child and what it started, by process id. */
export async function stopAll(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const gone = once(child, "exit");
      signal(child, "SIGTERM");
      const late = setTimeout(() => signal(child, "SIGKILL"), graceMs);
      await gone;
      clearTimeout(late);
      signal(child, "SIGKILL");
    }),
  );
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // The group has ended by itself.
  }
}
