import { setTimeout as pause } from "node:timers/promises";
import { LatestAnalysis } from "../../../shared/analysis/schemas.ts";
import { IncidentList } from "../../../shared/incidents/schemas.ts";
import { readLocalAddress } from "../data-dir.ts";
import { readSettings } from "../settings.ts";
import { type Api, makeApi } from "./api.ts";
import { ensureRules } from "./rules.ts";
import { type Phase, services, visit } from "./shop.ts";
import { openTelemetry } from "./telemetry.ts";

const help = `npm run demo plays a shop of six services (${services.join(", ")}) against a running
npm start: good for five minutes, then payments is deployed anew and fails for four, then all is well again for two.
It makes the two alert rules it needs, tells what SentinelOps holds to be the cause, and stops by itself or on
Ctrl-C.

  npm run demo -- --fast   fails after one minute instead of five
  npm run demo -- --leak   is good for four hours, then payments slows down a little more each minute for one
  DATA_DIR=.sentinelops    the data folder of the runtime to play against`;

const second = 1_000;
const minute = 60 * second;
const visitEveryMs = 100;
const tellEveryMs = 30 * second;

/** What comes after what, and for how long. */
function script(asked: readonly string[]): { phase: Phase; forMs: number; says: string }[] {
  if (asked.includes("--leak")) {
    return [
      { phase: "good", forMs: 4 * 3_600 * second, says: "all six services are well" },
      { phase: "leaking", forMs: 3_600 * second, says: "payments begins to slow down" },
    ];
  }
  const fast = asked.includes("--fast");
  return [
    { phase: "good", forMs: (fast ? 60 : 300) * second, says: "all six services are well" },
    { phase: "failing", forMs: 240 * second, says: "payments begins to fail, and checkout with it" },
    { phase: "recovered", forMs: 120 * second, says: "payments works again" },
  ];
}

async function main(): Promise<void> {
  if (process.argv.includes("--help") || process.argv.includes("-h")) return console.log(help);
  const { dataDir } = readSettings(process.env);
  const { address, api } = await findRuntime(dataDir);
  const made = await ensureRules(api);
  for (const name of made) tell(`made the alert rule "${name}"`);

  const telemetry = openTelemetry(address);
  const stop = async () => {
    await telemetry.stop();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  for (const { phase, forMs, says } of script(process.argv)) {
    tell(says);
    if (phase === "failing") await deployPayments(api, "2.4.0", "Charge cards through the new processor");
    if (phase === "recovered") await deployPayments(api, "2.4.1", "Go back to the old processor");
    const tells = phase === "failing" || phase === "leaking";
    const watching = tells ? tellOfIncident(api, address.url, forMs) : undefined;
    await play(phase, forMs, telemetry.record);
    await watching;
  }
  tell("the play is over");
  await telemetry.stop();
}

/** Throws with the next step when nothing runs. */
async function findRuntime(dataDir: string) {
  const address = readLocalAddress(dataDir);
  const nothing = `Nothing runs on ${dataDir}. Start it with npm start in another terminal, then run this again.`;
  if (!address) throw new Error(nothing);
  const api = makeApi(address);
  await api("GET", "/api/session").catch((error: Error) => {
    throw error instanceof TypeError ? new Error(nothing, { cause: error }) : error;
  });
  return { address, api };
}

async function deployPayments(api: Api, version: string, summary: string): Promise<void> {
  const by = "release pipeline";
  await api("POST", "/api/deployments", { service: "payments", version, summary, by, environment: "demo" });
  tell(`payments ${version} is deployed: ${summary.toLowerCase()}`);
}

async function play(
  phase: Phase,
  forMs: number,
  record: ReturnType<typeof openTelemetry>["record"],
): Promise<void> {
  const startMs = performance.now();
  let toldMs = startMs;
  let visits = 0;
  for (;;) {
    const nowMs = performance.now();
    if (nowMs - startMs >= forMs) return;
    // However late the timer comes, the shop has its ten visitors a second.
    for (; visits < (nowMs - startMs) / visitEveryMs; visits++) {
      visit(phase, Math.random, (nowMs - startMs) / minute).forEach(record);
    }
    if (nowMs - toldMs >= tellEveryMs) {
      toldMs = nowMs;
      tell(`${visits} visits, ${Math.ceil((forMs - (nowMs - startMs)) / second)} s to go`);
    }
    await pause(visitEveryMs);
  }
}

async function tellOfIncident(api: Api, url: string, withinMs: number): Promise<void> {
  const startMs = Date.now();
  while (Date.now() - startMs < withinMs) {
    const { items } = IncidentList.parse(await api("GET", "/api/incidents"));
    const found = items.find(({ openedAt }) => Date.parse(openedAt) >= startMs);
    if (found) {
      const afterS = Math.round((Date.parse(found.openedAt) - startMs) / second);
      tell(`incident after ${afterS} s: ${found.title}, ${url}/incidents/${found.id}`);
      return tellOfCause(api, found.id, startMs + withinMs);
    }
    await pause(second);
  }
}

async function tellOfCause(api: Api, incidentId: string, untilMs: number): Promise<void> {
  while (Date.now() < untilMs) {
    const { analysis } = LatestAnalysis.parse(await api("GET", `/api/incidents/${incidentId}/analysis`));
    const [first] = analysis?.hypotheses ?? [];
    if (first) return tell(`likely cause (score ${first.score.toFixed(2)}): ${first.statement}`);
    await pause(second);
  }
}

const startedMs = performance.now();
function tell(text: string): void {
  const seconds = Math.floor((performance.now() - startedMs) / second);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  console.log(`${clock.padStart(5)}  ${text}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
