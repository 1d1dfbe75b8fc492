import { AsyncLocalStorage } from "node:async_hooks";
import { Level, type LevelBatch, type LevelStore } from "./dynalite-parts.ts";

const waitingWrites = new AsyncLocalStorage<LevelBatch[]>();

/**
 * dynalite writes an item's index entries and then the item, one by one; killed in between, an index would show
 * an item that was never saved. Here a request's index entries wait for the item they belong to, and one batch
 * writes them together.
 * A disk that is full or fails becomes DynamoDB's retryable InternalServerError, where dynalite would end the
 * thread, and `onFailure` is told: LevelDB takes no more writes until it is opened again.
 */
export function hardenStore(onFailure: () => void): void {
  const { get, put, del } = Level.prototype;
  const failing = (error: unknown): never => {
    onFailure();
    const message = error instanceof Error ? error.message : "The disk failed.";
    throw Object.assign(new Error(message), {
      statusCode: 500,
      body: { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message },
    });
  };
  Level.prototype.get = function (this: LevelStore, key) {
    return get.call(this, key).catch(failing);
  };
  Level.prototype.put = function (this: LevelStore, key, value) {
    return (gather(this, { type: "put", key, value }) ?? put.call(this, key, value)).catch(failing);
  };
  Level.prototype.del = function (this: LevelStore, key) {
    return (gather(this, { type: "del", key }) ?? del.call(this, key)).catch(failing);
  };
}

/** Runs one request of the tables' server. */
export function withAtomicIndexes(serve: () => void): void {
  waitingWrites.run([], serve);
}

/** Undefined where the write may go its plain way. */
function gather(store: LevelStore, write: LevelBatch): Promise<void> | undefined {
  const waiting = waitingWrites.getStore();
  if (!waiting) return undefined;
  if (write.key.startsWith("index-")) {
    waiting.push(write);
    return Promise.resolve();
  }
  if (!write.key.startsWith("item-") || waiting.length === 0) return undefined;
  return store.batch([...waiting.splice(0), write]);
}
