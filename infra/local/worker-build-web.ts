/** The inside of the thread that builds the dashboard. */
import { workerData } from "node:worker_threads";
import { build } from "vite";

// The tests' own NODE_ENV would give React's development build.
process.env["NODE_ENV"] = "production";
await build({ root: (workerData as { root: string }).root, logLevel: "error" });
