/** The inside of the tables' thread: dynalite on a loopback port, for this runtime's functions alone. */
import type { IncomingMessage, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import dynalite from "dynalite";
import { type Caller, makeCallers } from "../callers.ts";
import { Meter } from "../metering/meter.ts";
import { asCaller, authorizeRequests } from "./authorize-requests.ts";
import { useNativeChecksum } from "./dynalite-parts.ts";
import { hardenStore, withAtomicIndexes } from "./harden-store.ts";
import { meterTables } from "./meter-tables.ts";
import { recoverTables } from "./recover.ts";
import type { TablesOrder, TablesReady, TablesSettings } from "./tables.ts";

const reopenMs = 1_000;
const { folder, callers, metered, unclean, stamp } = workerData as TablesSettings;
const notes = unclean ? await recoverTables(folder, stamp) : [];

const callerOf = makeCallers(callers);
let reopening = false;
useNativeChecksum();
authorizeRequests();
const meter = new Meter();
if (metered) meterTables(meter);
hardenStore(reopenSoon);
const server = dynalite({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
const [serve] = server.listeners("request") as RequestListener[];
server.removeAllListeners("request");
server.keepAliveTimeout = 0;
server.on("request", (request, response) => {
  const caller = callerOf(request);
  if (!caller) {
    response.writeHead(403).end();
    return;
  }
  listenFor(request, caller);
  withAtomicIndexes(() => serve?.(request, response));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
const ready: TablesReady = { port, notes };
parentPort?.postMessage(ready);
parentPort?.on("message", (order: TablesOrder) => {
  if (order === "read") return parentPort?.postMessage(meter.readings());
  server.close(() => process.exit(0));
  server.closeAllConnections();
});

/** Closing and listening again opens the store anew; callers meanwhile try again. */
function reopenSoon(): void {
  if (reopening) return;
  reopening = true;
  setTimeout(() => {
    server.close(() => server.listen(port, "127.0.0.1", () => (reopening = false)));
    server.closeAllConnections();
  }, reopenMs);
}

/**
 * dynalite throws when a caller hangs up in the middle; that is the caller's loss alone. And dynalite knows no
 * callers.
 */
function listenFor(request: IncomingMessage, caller: Caller): void {
  const on = request.on.bind(request);
  request.on("error", () => undefined);
  request.on = ((event: string, listener: (...parts: unknown[]) => void) => {
    if (event === "error") return request;
    return on(event, event === "end" ? () => asCaller(request, caller, listener) : listener);
  }) as typeof request.on;
}
