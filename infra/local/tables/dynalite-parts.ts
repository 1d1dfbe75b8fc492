import { createRequire } from "node:module";
import { crc32 } from "node:zlib";

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

const requireOwn = createRequire(import.meta.url);
/** Finds the packages dynalite uses, not others of the same name. */
const requireItsOwn = createRequire(requireOwn.resolve("dynalite"));

/** The LevelDB that dynalite stores in. */
export const { Level } = requireItsOwn("level") as { Level: LevelClass };

/** Shows each request's body once it is parsed; what is thrown with a `statusCode` and a `body` is its answer. */
export function onParsed(look: (body: Record<string, unknown>) => void): void {
  const validations = requireItsOwn("./validations") as {
    checkTypes(body: Record<string, unknown>, types: unknown): unknown;
  };
  const { checkTypes } = validations;
  validations.checkTypes = (body, types) => {
    look(body);
    return checkTypes(body, types);
  };
}

export type Attributes = Record<string, unknown>;
export interface TableDescription {
  TableName: string;
  GlobalSecondaryIndexes?: { KeySchema: { AttributeName: string }[] }[];
}
interface TableRequest {
  TableName: string;
  ConsistentRead?: boolean;
  ReturnConsumedCapacity?: string;
}
type Stored = Attributes | null | undefined;
type QueryDone = (error: unknown, result?: { ConsumedCapacity?: { CapacityUnits: number } }) => void;

/** dynalite's own steps; its actions look each up when they need it, so one that is replaced is used. */
export interface DynaliteStore {
  itemSize(item: Attributes): number;
  addConsumedCapacity(request: TableRequest, isRead: boolean, item?: Stored, other?: Stored): unknown;
  checkConditional(request: TableRequest, existing: Stored): unknown;
  queryTable(
    store: unknown,
    table: TableDescription,
    request: TableRequest,
    options: unknown,
    isLocal: unknown,
    fetchFromItemDb: unknown,
    startKeyNames: unknown,
    done: QueryDone,
  ): void;
  updateIndexes(
    store: unknown,
    table: TableDescription,
    existing: Stored,
    item: Stored,
    done: () => void,
  ): void;
}

export function dynaliteStore(): DynaliteStore {
  return requireItsOwn("./db") as DynaliteStore;
}

/** dynalite sends a checksum with each answer and computes it in JavaScript, a sixth of its time; Node has one. */
export function useNativeChecksum(): void {
  const checksums = requireItsOwn("buffer-crc32") as { unsigned(text: string): number };
  checksums.unsigned = (text) => crc32(text);
}
