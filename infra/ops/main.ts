import { nowMs } from "../../shared/platform/clock.ts";
import { verifyAudit } from "./audit.ts";
import { listDeadLetters, peekDeadLetters, redriveDeadLetters } from "./dlq.ts";
import type { Installation } from "./installation.ts";
import { nextStep } from "./next-step.ts";
import { replay } from "./replay.ts";
import { type Command, readRequest, type Target } from "./request.ts";
import { readStatus, statusText } from "./status.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { usages } from "./usage.ts";

/** `npm run ops`: looks after a SentinelOps that runs, on AWS or on this machine. */
async function main(): Promise<void> {
  const request = readRequest(process.argv.slice(2), process.env, nowMs());
  if (request.kind === "help") return console.log(usages[request.topic]);
  const { target, command } = request;
  try {
    await run(await open(target), command, openTerminal());
  } catch (error) {
    throw nextStep(error, target);
  }
}

/** Each target's clients are loaded where they are used. */
async function open(target: Target): Promise<Installation> {
  if (target.kind === "laptop") {
    const { openLaptopInstallation } = await import("./laptop-installation.ts");
    return openLaptopInstallation(target.dataDir, nowMs());
  }
  const { openAwsInstallation } = await import("./aws-installation.ts");
  return openAwsInstallation(target.stack, nowMs());
}

async function run(installation: Installation, command: Command, terminal: Terminal): Promise<void> {
  const asJson = command.kind === "status" && command.json;
  if (!asJson) terminal.say(`${installation.title}\n`);
  switch (command.kind) {
    case "status": {
      const status = await readStatus(installation, command.rows);
      const detailed = command.rows.length === 1;
      return terminal.say(asJson ? JSON.stringify(status, null, 2) : statusText(status, detailed));
    }
    case "dlq-list":
      return listDeadLetters(installation, command.rows, terminal);
    case "dlq-peek":
      return peekDeadLetters(installation, command.rows, { ...command, nowMs: nowMs() }, terminal);
    case "dlq-redrive":
      return redriveDeadLetters(installation, command.rows, command, terminal);
    case "audit-verify":
      return verifyAudit(installation, { ...command, nowMs: nowMs() }, terminal);
    case "replay":
      return replay(installation, { ...command, nowMs: nowMs() }, terminal);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
