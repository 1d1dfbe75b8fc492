import { existsSync } from "node:fs";
import { open, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { Level } from "./dynalite-parts.ts";

/** The last eight bytes of every whole LevelDB table file. */
const tableMagic = Buffer.from("57fb808b247547db", "hex");

/**
 * Makes the store in `folder` readable after a crash of the machine: a torn log loses its last record by
 * itself, damaged table files are salvaged, and a store that cannot be read at all is set aside.
 * Returns what a person should know, nothing in the usual case.
 */
export async function recoverTables(folder: string, stamp: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const torn = await tornFiles(folder);
  if (torn.length === 0 && (await opens(folder))) return [];
  const what = torn.length > 0 ? `torn: ${torn.join(", ")}` : "unreadable";
  await Level.repair(folder).catch(() => undefined);
  if (await opens(folder)) {
    return [
      `The tables in ${folder} were damaged (${what}); what could be read was kept, the rest lies in its folder "lost".`,
    ];
  }
  const aside = `${folder}.damaged-${stamp}`;
  await rename(folder, aside);
  return [`The tables in ${folder} could not be read (${what}); they were set aside in ${aside}.`];
}

async function opens(folder: string): Promise<boolean> {
  const store = new Level(folder, { valueEncoding: "json" });
  try {
    await store.open();
    return true;
  } catch {
    return false;
  } finally {
    await store.close();
  }
}

/** LevelDB takes a folder without a valid CURRENT for a new store and clears it, so that is told apart first. */
async function tornFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const tables = names.filter((name) => name.endsWith(".ldb"));
  const whole = await Promise.all(tables.map((name) => endsWhole(join(folder, name))));
  const torn = tables.filter((_, i) => !whole[i]);
  const current = await readFile(join(folder, "CURRENT"), "utf8").catch(() => "");
  const isStore = names.some((name) => /\.(ldb|log)$/.test(name));
  return isStore && !names.includes(current.trim()) ? ["CURRENT", ...torn] : torn;
}

async function endsWhole(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(tableMagic.length),
      0,
      tableMagic.length,
      Math.max(0, size - tableMagic.length),
    );
    return bytesRead === tableMagic.length && buffer.equals(tableMagic);
  } finally {
    await file.close();
  }
}
