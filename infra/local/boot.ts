import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nowMs } from "../../shared/platform/clock.ts";
import { localAdministrator } from "../../shared/tenancy/index.ts";
import { bundleFunctions, keepBundles } from "../bundle.ts";
import { onLaptop } from "../topology/on-laptop.ts";
import type { FunctionRow } from "../topology/row.ts";
import { emailTopic, modelsBucket } from "./arns.ts";
import { makeBusService } from "./bus/bus-service.ts";
import { makePutEvents } from "./bus/put-events.ts";
import { grantedFunctions } from "./callers.ts";
import { newAccessKeyId, takeDataDir } from "./data-dir.ts";
import { openEngines } from "./engines.ts";
import { openTenancy } from "./first-start.ts";
import { awsEnv, functionEnv } from "./function-env.ts";
import { openFunctionLog } from "./function-log.ts";
import { type FunctionRunner, makeFunctionRunner } from "./functions/function-runner.ts";
import { makeDashboardFiles } from "./http/dashboard-files.ts";
import { makeHttpApi } from "./http/http-api.ts";
import { foreignRefusal } from "./http/own-origin.ts";
import { makeRouteTable } from "./http/route-table.ts";
import { openAccounts } from "./identity/accounts.ts";
import { openKept } from "./identity/kept.ts";
import { makeIdentity } from "./identity/serve.ts";
import { makeSnsService, openInbox } from "./inbox.ts";
import { makeInboxPage } from "./inbox-page.ts";
import type { Meter, Reading } from "./metering/meter.ts";
import { meteredBus, meteredQueues, meteredRunner, meteredService } from "./metering/metered.ts";
import { openOwnHealth, watchedRunner } from "./own-health.ts";
import { deadLetterQueueOf, type Queues } from "./queues/queues.ts";
import { busRules, httpRoutes, openTriggers } from "./triggers.ts";
import { listen } from "./web-server.ts";
import { openWebSocketApi } from "./websocket.ts";

export interface BootSettings {
  topology: readonly FunctionRow[];
  /** 0 = any free one. */
  port: number;
  dataDir: string;
  outboundAllow: string;
  /** The AI provider's settings as the environment names them: AI_BASE_URL and so on. */
  ai?: Readonly<Record<string, string>>;
  /** Limits that are not the default ones, as JSON. */
  limits?: string;
  /** Where each grant is noted when it is first used; nowhere when left out. */
  grantsUsed?: string | undefined;
  /** Counts what AWS would bill for; `readings` then tells. */
  meter?: Meter;
  /** What a person at the terminal should know while it runs. */
  tell(text: string): void;
  /** The runtime cannot go on; what it acknowledged is kept for the next start. */
  onFatal(error: Error): void;
}

const dashboardFolder = join(dirname(fileURLToPath(import.meta.url)), "../../web/dist");
const shutdownMs = 8_000;

/**
 * The whole platform in this process: every function of the topology behind its trigger, on engines that keep
 * their state in `dataDir`. Ready when it returns.
 */
export async function boot(settings: BootSettings) {
  const { tell, meter } = settings;
  const topology = onLaptop(settings.topology);
  const dataDir = takeDataDir(settings.dataDir);
  const health = openOwnHealth(topology);
  const log = openFunctionLog(dataDir.path("functions.log"), tell, health.measure);
  const onError = (error: unknown) => log.tellOnce(error instanceof Error ? error.message : String(error));
  const impactOf = new Map(topology.map(({ name, impact }) => [name, impact]));
  const onParked = (queue: string, count: number) =>
    log.tellOnce(
      `${queue} gave up on ${count} records (they wait in ${deadLetterQueueOf(queue)}): ${impactOf.get(queue)}.`,
    );

  const web = await listen(settings.port);
  const operatorKey = dataDir.readSecrets()?.accessKeyId ?? newAccessKeyId();
  const callers = {
    operatorKey,
    functions: grantedFunctions(topology, operatorKey),
    grantsUsed: settings.grantsUsed,
  };
  const [engines, bundles, accounts] = await Promise.all([
    openEngines({
      topology,
      dataDir,
      callers,
      metered: meter !== undefined,
      onParked,
      onError,
      onFatal: settings.onFatal,
    }),
    bundleFunctions({ names: topology.map((row) => row.name) }),
    openAccounts(dataDir, localAdministrator),
  ]);
  const letBundlesGo = keepBundles(bundles);
  const { awsEndpoint, tables } = engines;
  const queues = meter ? meteredQueues(engines.queues, meter) : engines.queues;
  const tenancy = await openTenancy(engines.tableClient, dataDir, operatorKey);
  for (const note of engines.notes) tell(note);

  queues.ensureTopic(emailTopic);
  queues.ensureBucket(modelsBucket);
  const around = {
    url: web.url,
    awsEndpoint: awsEndpoint.url,
    tablesEndpoint: tables.endpoint,
    operatorKey,
    queueUrlOf: queues.urlOf,
    outboundAllow: settings.outboundAllow,
    ai: settings.ai ?? {},
    ...(settings.limits === undefined ? {} : { limits: settings.limits }),
  };
  const openRunner = (row: FunctionRow) => {
    const runner = makeFunctionRunner({
      name: row.name,
      bundle: bundles.get(row.name) ?? "",
      memoryMb: row.memoryMb,
      timeoutS: row.timeoutS,
      env: functionEnv(row, around),
      onLog(line) {
        meter?.add("logBytes", row.name, Buffer.byteLength(line));
        log.write(row.name, line);
      },
    });
    const watched = watchedRunner(runner, health);
    return meter ? meteredRunner(row, watched, meter) : watched;
  };
  const runners = new Map(topology.map((row) => [row.name, openRunner(row)]));
  const runnerOf = (row: FunctionRow) => runners.get(row.name) as FunctionRunner;
  const refusal = (request: Parameters<typeof foreignRefusal>[0]) => foreignRefusal(request, web.port);

  const sockets = openWebSocketApi(web.server, {
    path: "/ws",
    refusal,
    onError,
    functionOf: (route) => {
      const row = topology.find(
        ({ trigger }) => trigger.kind === "websocket" && trigger.routes.includes(route),
      );
      return row && runnerOf(row);
    },
  });
  const inbox = openInbox(dataDir.path("inbox.jsonl"));
  const putEvents = makePutEvents(busRules(topology), queues.send);
  const sns = makeSnsService(inbox, queues.forward);
  awsEndpoint.use([
    makeBusService(meter ? meteredBus(putEvents, meter) : putEvents),
    meter ? meteredService(sockets.management, "webSocketMessages", meter) : sockets.management,
    meter ? meteredService(sns, "smsAndEmail", meter) : sns,
    queues.service,
  ]);
  const { schedules, sources } = openTriggers(topology, runnerOf, queues, onError);
  const inboxPage = makeInboxPage(inbox, tenancy.authenticate);
  const identity = makeIdentity({
    url: web.url,
    accounts,
    kept: openKept(dataDir),
    invitedEmail: tenancy.invitedEmail,
  });
  const dashboardFiles = makeDashboardFiles(dashboardFolder);
  web.open(
    makeHttpApi({
      route: makeRouteTable(httpRoutes(topology, runnerOf)),
      refusal,
      onError,
      serveLocally: async (request, response, requestId) =>
        (await identity(request, response)) ||
        (await inboxPage(request, response, requestId)) ||
        (await dashboardFiles(request, response)),
    }),
  );
  retryParked(topology, queues, tell);

  const dashboardUrl = `${web.url}/session/start?token=${encodeURIComponent(tenancy.signInToken)}`;
  const { tenantId, ingestKey, adminKey } = tenancy;

  return {
    url: web.url,
    dashboardUrl,
    tenantId,
    ingestKey,
    adminKey,
    /** At the first start alone: with what its administrator can sign in without the address. */
    firstAccount:
      accounts.firstPassword === undefined
        ? undefined
        : { email: localAdministrator, password: accounts.firstPassword },
    /** Points an AWS client of this machine at the runtime's engines. */
    awsEnv: awsEnv(around, operatorKey),
    announce: () =>
      dataDir.announce({
        url: web.url,
        dashboardUrl,
        pid: process.pid,
        ingestKey,
        adminKey,
        awsEnv: awsEnv(around, operatorKey),
      }),
    /** Loads every function before its first event. */
    async warm(): Promise<void> {
      for (const runner of runners.values()) await runner.warm();
    },
    /** Runs one tick of a scheduled function now. */
    async fire(name: string, scheduledMs = nowMs()): Promise<void> {
      const schedule = schedules.get(name);
      if (!schedule) throw new Error(`"${name}" has no schedule; ${[...schedules.keys()].join(", ")} have.`);
      await schedule.fire(scheduledMs);
    },
    /** What was used since the start; nothing without a meter. */
    readings: async (): Promise<Reading[]> =>
      meter ? [...meter.readings(), ...(await tables.readings())] : [],
    /** What the functions' measures and their queues say, since it was last asked. */
    takeHealth: () => health.take(queues, nowMs()),
    depth: queues.depth,
    redrive: queues.redrive,

    /** Stops intake, finishes what is in hand, closes everything; gives up waiting after a few seconds. */
    async stop(): Promise<void> {
      sockets.close();
      await atMost(
        shutdownMs,
        Promise.all([
          web.close(),
          ...[...schedules.values()].map((schedule) => schedule.stop()),
          ...sources.map((source) => source.stop()),
        ]),
      );
      await Promise.all([...runners.values()].map((runner) => runner.stop()));
      letBundlesGo();
      await engines.close();
      dataDir.release();
    },
  };
}

/** A restart often follows a fix, so what was given up on gets another chance. */
function retryParked(topology: readonly FunctionRow[], queues: Queues, tell: (text: string) => void): void {
  for (const { name, trigger } of topology) {
    if (trigger.kind !== "queue") continue;
    const count = queues.redrive(name);
    if (count > 0) tell(`${name} tries ${count} parked records again.`);
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
