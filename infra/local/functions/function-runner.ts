import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Answer, Invocation, WorkerSettings } from "./messages.ts";

export interface FunctionSettings {
  name: string;
  /** The bundled handler's file. */
  bundle: string;
  memoryMb: number;
  timeoutS: number;
  /** The whole environment of the function; it sees nothing of the runtime's own. */
  env: Readonly<Record<string, string>>;
  /** Each line the function writes. */
  onLog(line: string): void;
}

/** A function failed as Lambda would say it: it threw, ran out of time or memory, or could not start. */
export class FunctionError extends Error {
  /** It was cut off, so it has written nothing of its end. */
  readonly cutOff: boolean;
  constructor(functionName: string, fault: string, cutOff: boolean) {
    super(`${functionName}: ${fault}`);
    this.name = "FunctionError";
    this.cutOff = cutOff;
  }
}

export interface FunctionRunner {
  readonly name: string;
  /** The handler's own answer. Throws FunctionError. */
  invoke(event: unknown): Promise<unknown>;
  /** Loads the function before its first event. */
  warm(): Promise<void>;
  /** How many invocations are running. */
  running(): number;
  /** How long its thread has worked, and not waited, since it started. */
  workMs(): number;
  stop(): Promise<void>;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}
interface Thread {
  worker: Worker;
  pending: Map<string, Pending>;
  ready: Promise<void>;
  /** Gets no new events and ends with its last one. */
  retired: boolean;
}

/**
 * One function in a thread of its own, started at its first event. A crash, a time-out or running out of memory
 * fails what ran and nothing else; the next event starts a fresh thread, as Lambda would.
 */
export function makeFunctionRunner(settings: FunctionSettings): FunctionRunner {
  const { name, timeoutS } = settings;
  let current: Thread | undefined;
  const threads = new Set<Thread>();

  const thread = (): Thread => {
    current ??= startThread(settings, (ended) => {
      threads.delete(ended);
      if (current === ended) current = undefined;
    });
    threads.add(current);
    return current;
  };

  /** New events get a fresh thread; what still runs in the old one may end by itself or time out too. */
  const retire = (late: Thread) => {
    if (current === late) current = undefined;
    late.retired = true;
    if (late.pending.size === 0) void late.worker.terminate();
  };

  return {
    name,
    running: () => [...threads].reduce((sum, { pending }) => sum + pending.size, 0),
    workMs: () => current?.worker.performance.eventLoopUtilization().active ?? 0,
    warm: () => thread().ready,
    invoke(event) {
      const owner = thread();
      const { worker, pending, ready } = owner;
      const id = randomUUID();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          pending.delete(id);
          reject(new FunctionError(name, `Task timed out after ${timeoutS} seconds`, true));
          retire(owner);
        }, timeoutS * 1000);
        pending.set(id, { resolve, reject, timer });
        const invocation: Invocation = { id, event, timeoutMs: timeoutS * 1000 };
        ready.then(
          () => worker.postMessage(invocation),
          () => undefined, // The thread's end has already failed everything pending.
        );
      });
    },
    async stop() {
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread(settings: FunctionSettings, onEnd: (ended: Thread) => void): Thread {
  const { name, bundle, memoryMb, env, onLog } = settings;
  const workerData: WorkerSettings = {
    bundle: pathToFileURL(bundle).href,
    functionName: name,
    memoryMb,
  };
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    name,
    workerData,
    env: { ...env },
    execArgv: ["--disable-warning=ExperimentalWarning"],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) forEachLine(stream, onLog);
  const pending: Thread["pending"] = new Map();
  const take = (id: string) => {
    const waiting = pending.get(id);
    pending.delete(id);
    clearTimeout(waiting?.timer);
    if (thread.retired && pending.size === 0) void worker.terminate();
    return waiting;
  };
  let fault = "the function's thread ended";
  const ready = new Promise<void>((resolve, reject) => {
    worker.on("message", (answer: Answer) => {
      if ("ready" in answer) return resolve();
      const waiting = take(answer.id);
      if ("result" in answer) waiting?.resolve(answer.result);
      else waiting?.reject(new FunctionError(name, `${answer.error.name}: ${answer.error.message}`, false));
    });
    worker.on("error", (error: Error) => {
      fault = error.message;
      reject(new FunctionError(name, fault, true));
    });
    worker.on("exit", () => {
      onEnd(thread);
      reject(new FunctionError(name, fault, true));
      for (const id of [...pending.keys()]) take(id)?.reject(new FunctionError(name, fault, true));
    });
  });
  ready.catch(() => undefined);
  const thread: Thread = { worker, pending, ready, retired: false };
  return thread;
}

function forEachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line) onLine(line);
  });
}
