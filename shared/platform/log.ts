import { randomBytes } from "node:crypto";
import { redactText } from "../redaction/index.ts";
import { isoTime, nowMs } from "./clock.ts";
import { type Measures, toEmbedded } from "./measures.ts";

type Fields = Record<string, unknown>;

/** Structured JSON lines, one object a line, as CloudWatch Logs Insights reads them. */
export interface Log {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields & { error?: unknown }): void;
  /** What an invocation came to: a line that CloudWatch also makes metrics of. */
  measure(measures: Measures): void;
}

/** Its lines are of many tenants, so their marks are comparable within one process alone. */
const salt = randomBytes(16).toString("hex");

/** A log whose every line carries `base` (function name, and traceId where one is known), and none a secret. */
export function makeLog(
  base: Fields,
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Log {
  const line = (level: string, message: string, fields: Fields = {}) =>
    write(
      redactText(
        JSON.stringify({ time: isoTime(nowMs()), level, message, ...base, ...readable(fields) }),
        salt,
      ).text,
    );
  return {
    info: (message, fields) => line("info", message, fields),
    warn: (message, fields) => line("warn", message, fields),
    error: (message, fields) => line("error", message, fields),
    measure: (measures) =>
      write(JSON.stringify({ ...toEmbedded(measures, nowMs()), ...base, level: "measure" })),
  };
}

function readable(fields: Fields): Fields {
  const { error, ...rest } = fields;
  if (!(error instanceof Error)) return fields;
  const { name, message, stack, cause } = error;
  return {
    ...rest,
    error: { name, message, stack, ...(cause === undefined ? {} : { cause: String(cause) }) },
  };
}
