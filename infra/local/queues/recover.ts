import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Sees to it that the queues' file can be read after a crash of the machine. A torn write-ahead log loses its
 * last records by itself; a file that is damaged is set aside with its folder, as half a queue is no queue.
 * Returns what a person should know, nothing in the usual case.
 */
export function recoverQueues(folder: string, stamp: string): string[] {
  const file = join(folder, "fauxqs.db");
  if (!existsSync(file)) return [];
  const fault = faultOf(file);
  if (fault === undefined) return [];
  const aside = `${folder}.damaged-${stamp}`;
  renameSync(folder, aside);
  return [`The queues in ${folder} could not be read (${fault}); they were set aside in ${aside}.`];
}

function faultOf(file: string): string | undefined {
  try {
    const database = new DatabaseSync(file);
    try {
      const row = database.prepare("PRAGMA quick_check(1)").get() as { quick_check?: string } | undefined;
      return row?.quick_check === "ok"
        ? undefined
        : (row?.quick_check ?? "no answer").replaceAll(/\s+/g, " ");
    } finally {
      database.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : "unreadable";
  }
}
