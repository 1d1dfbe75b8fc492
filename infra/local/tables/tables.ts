import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { CallerSettings } from "../callers.ts";

export interface TablesSettings {
  folder: string;
  callers: CallerSettings;
  /** The last runtime on this folder did not close it. */
  unclean: boolean;
  /** Names what has to be set aside. */
  stamp: string;
}
export interface TablesReady {
  port: number;
  notes: string[];
}

export interface Tables {
  endpoint: string;
  /** What recovery did, for a person to read. */
  notes: string[];
  stop(): Promise<void>;
}

/** DynamoDB by dynalite, persisted in `folder`, in a thread of its own so that it never holds up requests. */
export async function openTables(
  settings: TablesSettings,
  onFailure: (error: Error) => void,
): Promise<Tables> {
  const worker = new Worker(new URL("./worker-tables.ts", import.meta.url), {
    name: "tables",
    workerData: settings,
    env: { AWS_REGION: "us-east-1" },
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const [ready] = (await once(worker, "message")) as [TablesReady];
  const failed = (error: Error) =>
    onFailure(new Error(`The tables' thread died: ${error.message}`, { cause: error }));
  worker.on("error", failed);
  return {
    endpoint: `http://127.0.0.1:${ready.port}`,
    notes: ready.notes,
    async stop() {
      const ended = once(worker, "exit");
      worker.postMessage("stop");
      await ended;
    },
  };
}
