import type { FunctionRow } from "../topology/row.ts";
import { runbookPath } from "../topology/runbook.ts";
import { type DeadLetter, depthOf, move, peek } from "./dead-letters.ts";
import type { Installation } from "./installation.ts";
import { age, plain, table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

interface Parked {
  row: FunctionRow;
  deadLetterUrl: string;
  queueUrl: string | undefined;
  count: number;
}

const bodyPreview = 120;

/** Prints how much lies in each dead-letter queue. */
export async function listDeadLetters(
  installation: Installation,
  rows: readonly FunctionRow[],
  terminal: Terminal,
): Promise<void> {
  const all = await parkedOf(installation, rows);
  const most = all.toSorted((a, b) => b.count - a.count);
  terminal.say(
    table(
      ["function", "parked", "what a user loses"],
      most.map(({ row, count }) => [row.name, String(count), count > 0 ? row.impact : ""]),
    ),
  );
  const first = most.find(({ count }) => count > 0);
  terminal.say(
    first
      ? `\nLook at it with: npm run ops -- dlq peek ${first.row.name}\nWhat to do:      ${runbookPath(first.row, "parked")}`
      : "\nNothing was given up on.",
  );
}

/** Prints the events in the dead-letter queues, which stay there. */
export async function peekDeadLetters(
  installation: Installation,
  rows: readonly FunctionRow[],
  { limit, body, nowMs }: { limit: number; body: boolean; nowMs: number },
  terminal: Terminal,
): Promise<void> {
  const filled = (await parkedOf(installation, rows)).filter(({ count }) => count > 0);
  if (filled.length === 0) terminal.say("Nothing was given up on.");
  for (const { row, deadLetterUrl, count } of filled) {
    const letters = await peek(installation.sqs, deadLetterUrl, limit);
    terminal.say(`${row.name}: ${letters.length} of ${count}`);
    for (const letter of letters) {
      terminal.say(`  ${describe(letter, nowMs)}`);
      if (body) terminal.say(`    ${plain(letter.body)}`);
    }
  }
}

/** Hands what was given up on back to its function; ticks of a schedule are dropped. */
export async function redriveDeadLetters(
  installation: Installation,
  rows: readonly FunctionRow[],
  { limit, yes }: { limit: number | undefined; yes: boolean },
  terminal: Terminal,
): Promise<void> {
  const filled = (await parkedOf(installation, rows)).filter(({ count }) => count > 0);
  if (filled.length === 0) return terminal.say("Nothing was given up on, so there is nothing to redrive.");
  const plans = filled.map((parked) => ({ ...parked, limit: Math.min(limit ?? parked.count, parked.count) }));
  for (const { row, queueUrl, limit: count } of plans) {
    terminal.say(
      queueUrl
        ? `${row.name}: ${count} to go back to its queue`
        : `${row.name}: ${count} parked ticks to drop, as a later tick does their work`,
    );
  }
  if (!(yes || (await terminal.confirm("Redrive now?")))) return terminal.say("Nothing was moved.");
  for (const { row, deadLetterUrl, queueUrl, limit: count } of plans) {
    const moved = await move(installation.sqs, {
      from: deadLetterUrl,
      ...(queueUrl ? { to: queueUrl } : {}),
      limit: count,
      onMoved: (done) => terminal.progress(`${row.name}: ${done} of ${count}`),
    });
    terminal.say(`${row.name}: ${moved} ${queueUrl ? "moved back" : "dropped"}.`);
  }
  terminal.say("See how they fare with: npm run ops -- status");
}

async function parkedOf(installation: Installation, rows: readonly FunctionRow[]): Promise<Parked[]> {
  const found = rows.map(async (row): Promise<Parked[]> => {
    const { deadLetterUrl, queueUrl } = installation.placeOf(row);
    if (!deadLetterUrl) return [];
    const { waiting, inHand } = await depthOf(installation.sqs, deadLetterUrl);
    return [{ row, deadLetterUrl, queueUrl, count: waiting + inHand }];
  });
  return (await Promise.all(found)).flat();
}

function describe({ messageId, sentMs, body, reason }: DeadLetter, nowMs: number): string {
  const parts = [
    age((nowMs - sentMs) / 1000),
    eventOf(body),
    reason && `(${reason})`,
    `message ${messageId}`,
  ];
  return parts
    .filter((part) => part !== undefined)
    .map(plain)
    .join("  ");
}

/** What the event says of itself, or the beginning of what is no event. */
function eventOf(body: string): string {
  try {
    const event = JSON.parse(body) as Record<string, unknown>;
    const detail = (event["detail"] ?? {}) as Record<string, unknown>;
    const words = [event["detail-type"], detail["id"], detail["tenantId"], detail["traceId"]];
    const known = words.filter((word) => typeof word === "string");
    if (known.length > 0) return known.join("  ");
  } catch {
    // Told below: what is no JSON and what is no event are one to the reader.
  }
  return `no event: ${body.slice(0, bodyPreview)}`;
}
