import { once } from "node:events";
import { Worker } from "node:worker_threads";

export interface WatchSettings {
  url: string;
  ingestKey: string;
}

/**
 * Sends this machine's own metrics to the runtime as any application would: the OpenTelemetry SDK over
 * OTLP/HTTP with the ingest key. In a thread of its own, so that measuring does not slow what is measured.
 */
export function watchThisMachine({ url, ingestKey }: WatchSettings) {
  const workerData: WatchSettings = { url, ingestKey };
  const worker = new Worker(new URL("./worker-watch-host.ts", import.meta.url), {
    name: "watch-host",
    workerData,
  });
  // The platform stands without its own machine's metrics.
  worker.on("error", (error: Error) =>
    console.warn(`This machine is not watched any more: ${error.message}`),
  );
  return {
    async stop(): Promise<void> {
      const ended = once(worker, "exit");
      worker.postMessage("stop");
      await ended;
    },
  };
}
