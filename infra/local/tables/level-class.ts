import { createRequire } from "node:module";

interface Options {
  valueEncoding?: string;
}
export interface LevelBatch {
  type: "put" | "del";
  key: string;
  value?: unknown;
}
export interface LevelStore {
  open(): Promise<void>;
  close(): Promise<void>;
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  del(key: string): Promise<void>;
  batch(writes: LevelBatch[]): Promise<void>;
}
interface LevelClass {
  new (path: string, options?: Options): LevelStore;
  readonly prototype: LevelStore;
  /** Saves what can be read of a damaged store. */
  repair(path: string): Promise<void>;
}

const require = createRequire(import.meta.url);

/** The very LevelDB that dynalite stores in. */
export const { Level } = createRequire(require.resolve("dynalite"))("level") as { Level: LevelClass };
