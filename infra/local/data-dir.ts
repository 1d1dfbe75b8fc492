import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const Secrets = z.object({
  accessKeyId: z.string(),
  tenantId: z.string(),
  ingestKey: z.string(),
  adminKey: z.string(),
});
export type Secrets = z.infer<typeof Secrets>;

/** `local.json`: how other programs on this machine find the runtime. */
export const LocalAddress = z.object({
  url: z.string(),
  dashboardUrl: z.string(),
  pid: z.int(),
  ingestKey: z.string(),
  adminKey: z.string(),
  /** Points an AWS client of this machine at the runtime's engines. */
  awsEnv: z.object({
    AWS_REGION: z.string(),
    AWS_ACCESS_KEY_ID: z.string(),
    AWS_SECRET_ACCESS_KEY: z.string(),
    AWS_ENDPOINT_URL: z.string(),
    AWS_ENDPOINT_URL_DYNAMODB: z.string(),
  }),
});
export type LocalAddress = z.infer<typeof LocalAddress>;

export interface DataDir {
  path(name: string): string;
  /** The last runtime on this folder was killed. */
  unclean: boolean;
  readSecrets(): Secrets | undefined;
  writeSecrets(secrets: Secrets): void;
  /** Undefined where there is no such file. Throws where it does not hold what it should. */
  readFile<T extends z.ZodType>(name: string, schema: T): z.infer<T> | undefined;
  /** Readable by this machine's user alone; readers see the old content or the new. */
  writeFile(name: string, value: unknown): void;
  announce(address: LocalAddress): void;
  /** Withdraws the announcement, notes that all was closed, and lets the folder go. */
  release(): void;
}

/**
 * Takes a data folder for this process alone: 0700, its files 0600. The lock is the operating system's, on a
 * file, so that it ends with the process however that ends. Throws when another runtime has the folder.
 */
export function takeDataDir(folder: string): DataDir {
  process.umask(0o077);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const path = (name: string) => join(folder, name);
  const lock = takeLock(path("lock"), folder, path("local.json"));
  const unclean = existsSync(path("running"));
  writeFileSync(path("running"), "");
  rmSync(path("local.json"), { force: true });
  return {
    path,
    unclean,
    readSecrets: () => readJson(path("secrets.json"), Secrets),
    writeSecrets: (secrets) => writeWhole(path("secrets.json"), secrets),
    readFile: (name, schema) => (existsSync(path(name)) ? readWhole(path(name), schema) : undefined),
    writeFile: (name, value) => writeWhole(path(name), value),
    announce: (address) => writeWhole(path("local.json"), address),
    release() {
      rmSync(path("local.json"), { force: true });
      rmSync(path("running"), { force: true });
      lock.close();
    },
  };
}

/** Where a runtime on this folder can be reached, if one says so. */
export function readLocalAddress(folder: string): LocalAddress | undefined {
  return readJson(join(folder, "local.json"), LocalAddress);
}

export function newAccessKeyId(): string {
  return `local-${randomBytes(16).toString("hex")}`;
}

function takeLock(file: string, folder: string, addressFile: string): DatabaseSync {
  const lock = new DatabaseSync(file);
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    const other = readJson(addressFile, LocalAddress);
    const who = other ? ` (process ${other.pid}, ${other.url})` : "";
    throw new Error(
      `Another runtime${who} has ${folder}. Stop it first, or give this one a folder of its own with DATA_DIR.`,
      { cause: error },
    );
  }
}

/** Undefined where there is no such file or it cannot be read. */
function readJson<T extends z.ZodType>(file: string, schema: T): z.infer<T> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

function readWhole<T extends z.ZodType>(file: string, schema: T): z.infer<T> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} does not hold what it should: ${why}. Mend it, or remove it to begin anew.`, {
      cause: error,
    });
  }
}

/** Readers see the old content or the new, never half of it. */
function writeWhole(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
