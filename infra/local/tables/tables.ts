import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { CallerSettings } from "../callers.ts";
import type { Reading } from "../metering/meter.ts";

export interface TablesSettings {
  folder: string;
  callers: CallerSettings;
  /** Counts what DynamoDB would bill for. */
  metered: boolean;
  /** The last runtime on this folder did not close it. */
  unclean: boolean;
  /** Names what has to be set aside. */
  stamp: string;
}
export type TablesOrder = "read" | "stop";
export interface TablesReady {
  port: number;
  notes: string[];
}

export interface Tables {
  endpoint: string;
  /** What recovery did, for a person to read. */
  notes: string[];
  /** What was used since the start. */
  readings(): Promise<Reading[]>;
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
    async readings() {
      worker.postMessage("read" satisfies TablesOrder);
      const [readings] = (await once(worker, "message")) as [Reading[]];
      return readings;
    },
    async stop() {
      const ended = once(worker, "exit");
      worker.postMessage("stop" satisfies TablesOrder);
      await ended;
    },
  };
}
