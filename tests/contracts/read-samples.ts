import { readdirSync, readFileSync } from "node:fs";

/** What lies in events/samples, by file name without its ending. */
export function readSamples(): Map<string, unknown> {
  const folder = new URL("../../events/samples/", import.meta.url);
  return new Map(
    readdirSync(folder).map((file) => [
      file.replace(/\.json$/, ""),
      JSON.parse(readFileSync(new URL(file, folder), "utf8")) as unknown,
    ]),
  );
}
