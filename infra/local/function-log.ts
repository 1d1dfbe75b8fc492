import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from "node:fs";
import { fromEmbedded, type Measures } from "../../shared/platform/measures.ts";

const maxBytes = 10 * 1024 * 1024;
const quietMs = 60_000;

interface Line extends Record<string, unknown> {
  level?: string;
  message?: string;
  error?: { message?: string };
}

/**
 * What the functions write goes to one file, with one older file kept beside it; errors are also told to the
 * person at the terminal, the same words at most once a minute. Measures, a line of every invocation, go to
 * `onMeasures` instead.
 */
export function openFunctionLog(
  path: string,
  tell: (text: string) => void,
  onMeasures: (functionName: string, measures: Measures) => void = () => undefined,
) {
  let stream: WriteStream | undefined;
  let bytes = existsSync(path) ? statSync(path).size : 0;
  const toldAtMs = new Map<string, number>();

  const tellOnce = (text: string) => {
    const now = performance.now();
    if (now - (toldAtMs.get(text) ?? -quietMs) < quietMs) return;
    toldAtMs.set(text, now);
    tell(text);
  };

  return {
    write(functionName: string, line: string): void {
      const parsed = read(line);
      const measures = fromEmbedded(parsed);
      if (measures) {
        onMeasures(functionName, measures);
        return;
      }
      if (bytes > maxBytes) {
        stream?.end();
        stream = undefined;
        renameSync(path, `${path}.old`);
        bytes = 0;
      }
      // A full disk must not take the runtime down with its log.
      stream ??= createWriteStream(path, { flags: "a", mode: 0o600 }).on("error", () => undefined);
      bytes += Buffer.byteLength(line) + 1;
      stream.write(`${line}\n`);
      const { level, message, error } = parsed;
      if (level === "error")
        tellOnce(`${functionName}: ${message}${error?.message ? ` (${error.message})` : ""}`);
    },
    tellOnce,
  };
}

function read(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return {};
  }
}
