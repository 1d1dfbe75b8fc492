import { fork } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Depth } from "../../infra/local/queues/queues.ts";
import type { FunctionRow } from "../../infra/topology/row.ts";

interface Whereabouts {
  url: string;
  /** Signs the built-in administrator in. */
  dashboardUrl: string;
  tenantId: string;
  ingestKey: string;
  adminKey: string;
  /** Points an AWS client at the runtime's tables and queues. */
  awsEnv: Record<string, string>;
  /** Of the sign-in page, at the first start of a data folder. */
  firstAccount?: { email: string; password: string } | undefined;
}
type Order =
  | { do: "fire"; schedule: string; scheduledMs?: number | undefined }
  | { do: "depth" | "redrive"; queue: string }
  | { do: "warm" | "stop" };
export type RuntimeOrder = Order & { id: number };
export type RuntimeReport =
  | ({ kind: "ready" } & Whereabouts)
  | { kind: "told"; text: string }
  | { kind: "done"; id: number; result: unknown }
  | { kind: "failed"; id: number; message: string };

export interface RuntimeOptions {
  /** A fresh temporary folder when left out; kept on `kill`, and on `stop` only if given. */
  dataDir?: string;
  /** Only these functions of the topology; all when left out. */
  functions?: readonly string[];
  /** What of a function's row is different, by its name. */
  rowChanges?: Record<string, Partial<FunctionRow>>;
  /** Joined to the runtime's environment, like OUTBOUND_ALLOW="127.0.0.1:4567". */
  env?: Record<string, string>;
}

export interface Runtime extends Whereabouts {
  dataDir: string;
  pid: number;
  /** What it told the person at the terminal so far. */
  told: string[];
  /** All that its process wrote to stdout and stderr. */
  printed: string[];
  /** Runs one tick of a scheduled function now and returns when it is done. */
  fire(schedule: string, scheduledMs?: number): Promise<void>;
  /** Messages in a function's queue: ready, in flight, parked. */
  depth(queue: string): Promise<Depth>;
  redrive(queue: string): Promise<number>;
  /** Loads every function before its first event. */
  warm(): Promise<void>;
  /** Ctrl-C. */
  stop(): Promise<void>;
  /** kill -9; start again with the same dataDir. */
  kill(): Promise<void>;
}

const entry = join(dirname(fileURLToPath(import.meta.url)), "runtime-process.ts");
const startMs = 30_000;

/** The laptop runtime in a process of its own, on a free port, without watching the machine. Ready on return. */
export async function startRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "sentinelops-"));
  const child = fork(
    entry,
    [dataDir, (options.functions ?? []).join(","), JSON.stringify(options.rowChanges ?? {})],
    {
      // Whoever's shell knows an AI provider does not pay for our tests.
      env: { ...process.env, AI_BASE_URL: "", PORT: "0", ...options.env },
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  const told: string[] = [];
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      printed.push(chunk.toString("utf8"));
      process.stderr.write(chunk);
    });
  }
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const order = (what: Order) =>
    new Promise<unknown>((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      child.send({ id: lastId, ...what });
    });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`The runtime ended (exit ${code}).`));
  });

  const whereabouts = await new Promise<Whereabouts>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error("The runtime was not ready in time."));
    }, startMs);
    waiting.set(0, {
      resolve: () => undefined,
      reject: (error) => {
        clearTimeout(timer);
        reject(error);
      },
    });
    child.on("message", (report: RuntimeReport) => {
      if (report.kind === "told") told.push(report.text);
      else if (report.kind === "ready") {
        clearTimeout(timer);
        waiting.delete(0);
        const { kind: _kind, ...where } = report;
        resolve(where);
      } else {
        const waiter = waiting.get(report.id);
        waiting.delete(report.id);
        if (report.kind === "done") waiter?.resolve(report.result);
        else waiter?.reject(new Error(report.message));
      }
    });
  });

  return {
    ...whereabouts,
    dataDir,
    pid: child.pid ?? 0,
    told,
    printed,
    fire: async (schedule, scheduledMs) => {
      await order({ do: "fire", schedule, scheduledMs });
    },
    depth: (queue) => order({ do: "depth", queue }) as Promise<Depth>,
    redrive: (queue) => order({ do: "redrive", queue }) as Promise<number>,
    warm: async () => {
      await order({ do: "warm" });
    },
    async stop() {
      await order({ do: "stop" });
      await ended;
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
