import { parseArgs } from "node:util";
import { eventTypes } from "../../events/catalog.ts";

/** What makes the new function run. */
export type NewTrigger =
  | { kind: "schedule"; everyMinutes: number }
  | { kind: "queue"; type: string }
  | { kind: "http"; route: string };

export interface FunctionRequest {
  /** `<domain>-<job>`. */
  name: string;
  domain: string;
  trigger: NewTrigger;
}

export const usage = `Makes a new Lambda: its door, its wiring, its row in the topology and its test.

  npm run new -- function <domain>-<job>                        runs every 5 minutes
  npm run new -- function <domain>-<job> --every <minutes>      runs on a schedule
  npm run new -- function <domain>-<job> --on <event type>      consumes events, e.g. --on incident.opened.v1
  npm run new -- function <domain>-<job> --route "<METHOD> <path>"   serves HTTP, e.g. --route "GET /api/reports"`;

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const emptyWords = [
  "util",
  "utils",
  "helper",
  "helpers",
  "common",
  "manager",
  "process",
  "handler",
  "lambda",
];

/** Reads the command line. Throws an Error that says what would be right. */
export function readRequest(args: readonly string[]): FunctionRequest | "help" {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: "boolean" },
      every: { type: "string" },
      on: { type: "string" },
      route: { type: "string" },
    },
  });
  if (values.help || positionals.length === 0) return "help";
  const [what, name, ...rest] = positionals;
  if (what !== "function") throw new Error(`"${what}" cannot be made; say: function <domain>-<job>.`);
  if (!name || rest.length > 0) throw new Error("Say one name: function <domain>-<job>.");
  const chosen = [values.every, values.on, values.route].filter((value) => value !== undefined);
  if (chosen.length > 1) throw new Error("A function has one trigger: --every, --on or --route.");
  return { name: checkName(name), domain: name.slice(0, name.indexOf("-")), trigger: readTrigger(values) };
}

function checkName(name: string): string {
  if (!/^[a-z]+(-[a-z]+)+$/.test(name)) {
    throw new Error(
      `"${name}" is no function name; write <domain>-<job> in lower case, like alerts-evaluate or incidents-api.`,
    );
  }
  const empty = name.split("-").find((word) => emptyWords.includes(word));
  if (empty) throw new Error(`"${empty}" says nothing of the job; name what it does, like alerts-evaluate.`);
  return name;
}

function readTrigger(values: {
  every?: string | undefined;
  on?: string | undefined;
  route?: string | undefined;
}): NewTrigger {
  if (values.on !== undefined) {
    if (!(eventTypes as string[]).includes(values.on)) {
      throw new Error(`The catalog has no event "${values.on}"; it has ${eventTypes.join(", ")}.`);
    }
    return { kind: "queue", type: values.on };
  }
  if (values.route !== undefined) {
    const [method = "", path = ""] = values.route.split(" ");
    if (!methods.includes(method) || !/^\/api(\/[a-z0-9-]+|\/\{[a-zA-Z]+\})+$/.test(path)) {
      throw new Error(`"${values.route}" is no route; write it like "GET /api/reports/{id}".`);
    }
    return { kind: "http", route: values.route };
  }
  const everyMinutes = Number(values.every ?? "5");
  if (!Number.isInteger(everyMinutes) || everyMinutes < 1 || everyMinutes > 1_440) {
    throw new Error(`--every takes whole minutes from 1 to 1440, not "${values.every}".`);
  }
  return { kind: "schedule", everyMinutes };
}
