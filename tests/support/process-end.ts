import { setTimeout as pause } from "node:timers/promises";

/** Resolves when no process has this id any more: npm ends before what it runs. */
export async function processEnd(pid: number): Promise<void> {
  while (isRunning(pid)) await pause(20);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
