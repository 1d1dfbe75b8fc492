import type { FunctionRow } from "../topology/row.ts";
import { runbookPath } from "../topology/runbook.ts";
import { depthOf } from "./dead-letters.ts";
import type { AlarmReading, Installation, Place } from "./installation.ts";
import { age, table } from "./table.ts";

/** How one function does. What it does not have, or could not be measured, is absent. */
export interface FunctionStatus {
  name: string;
  impact: string;
  page: string;
  waiting?: number;
  inHand?: number;
  oldestS?: number;
  parked?: number;
  /** Kinds of its alarms that stand now. */
  alarms: string[];
  /** Of all its alarms together; absent where it has none. */
  state?: AlarmReading["state"];
  place: Place;
}

export interface Status {
  functions: FunctionStatus[];
  /** Alarms that stand and belong to no function. */
  otherAlarms: string[];
}

export async function readStatus(installation: Installation, rows: readonly FunctionRow[]): Promise<Status> {
  const [ages, alarms] = await Promise.all([installation.oldestAgesS(rows), installation.alarms(rows)]);
  const functions = rows.map(async (row): Promise<FunctionStatus> => {
    const place = installation.placeOf(row);
    const [queue, parked] = await Promise.all(
      [place.queueUrl, place.deadLetterUrl].map((url) => url && depthOf(installation.sqs, url)),
    );
    const own = alarms.get(row.name) ?? [];
    const oldestS = queue && ages.get(row.name);
    return {
      name: row.name,
      impact: row.impact,
      page: runbookPath(row),
      ...(queue ? { waiting: queue.waiting, inHand: queue.inHand } : {}),
      ...(oldestS === undefined || oldestS === "" ? {} : { oldestS: Math.round(oldestS) }),
      ...(parked ? { parked: parked.waiting + parked.inHand } : {}),
      alarms: standing(own),
      ...(own.length > 0 ? { state: worst(own) } : {}),
      place,
    };
  });
  return { functions: await Promise.all(functions), otherAlarms: standing(alarms.get("") ?? []) };
}

/** For a person: what is wrong now comes first. */
export function statusText({ functions, otherAlarms }: Status, detailed: boolean): string {
  const troubled = functions.filter(isTroubled);
  const rows = [...troubled, ...functions.filter((one) => !isTroubled(one))].map((one) => [
    one.name,
    count(one.waiting),
    count(one.inHand),
    one.oldestS === undefined ? "" : one.oldestS === 0 ? "-" : age(one.oldestS),
    count(one.parked),
    one.alarms.length > 0 ? one.alarms.join(", ").toUpperCase() : (one.state ?? ""),
  ]);
  const parts = [
    ...troubled.map((one) => `! ${one.impact}\n    ${one.name}: ${one.page}`),
    ...otherAlarms.map((name) => `! alarm ${name}`),
    table(["function", "waiting", "in hand", "oldest", "parked", "alarms"], rows),
    ...(detailed ? functions.map(placeText) : []),
    troubled.length + otherAlarms.length === 0 ? "Nothing is in trouble." : "",
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function isTroubled({ alarms, parked = 0 }: FunctionStatus): boolean {
  return alarms.length > 0 || parked > 0;
}

function placeText({ name, place }: FunctionStatus): string {
  const lines = [
    ["queue", place.queueUrl],
    ["dead letters", place.deadLetterUrl],
    ["logs", place.logs],
  ].filter(([, where]) => where !== undefined);
  return [name, ...lines.map(([what = "", where]) => `  ${what.padEnd(13)}${where}`)].join("\n");
}

const standing = (alarms: readonly AlarmReading[]) =>
  alarms.filter(({ state }) => state === "alarm").map(({ kind }) => kind);

function worst(alarms: readonly AlarmReading[]): AlarmReading["state"] {
  const states = alarms.map(({ state }) => state);
  if (states.includes("alarm")) return "alarm";
  return states.includes("ok") ? "ok" : "no data";
}

function count(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}
