/** The inside of the thread that builds the dashboard. */
import { workerData } from "node:worker_threads";
import { build } from "vite";

await build({ root: (workerData as { root: string }).root, logLevel: "error" });
