import { alarmKindsOf } from "../topology/runbook.ts";
import type { FunctionRequest, NewTrigger } from "./request.ts";

type Files = Record<string, string>;

/** The files of the new function, path → text. */
export function functionFiles(request: FunctionRequest): Files {
  const { name, trigger } = request;
  const folder = `functions/${name}`;
  const test = `tests/functions/${name}.test.ts`;
  switch (trigger.kind) {
    case "schedule":
      return {
        [`${folder}/handler.ts`]: scheduleHandler(name),
        [`${folder}/services.ts`]: services(name),
        [test]: scheduleTest(name),
      };
    case "queue":
      return {
        [`${folder}/handler.ts`]: queueHandler(name, trigger.type),
        [`${folder}/services.ts`]: services(name),
        [test]: queueTest(name, trigger.type),
      };
    case "http":
      return {
        [`${folder}/handler.ts`]: httpHandler(),
        [`${folder}/routes.ts`]: httpRoutes(trigger.route),
        [`${folder}/services.ts`]: httpServices(name),
        [test]: httpTest(name, trigger.route),
      };
  }
}

/** The page its alarms point to. */
export function operationsPage({ name, trigger }: FunctionRequest): string {
  const parts = alarmKindsOf(trigger).map((kind) => `\n## ${kind}\n\nDeploy the version before.\n`);
  return `# ${impactOf(name)}

\`${name}\` · [all functions](README.md) · [how to read the alarms](alarms.md)

Look at

- \`npm run ops -- status ${name}\` and its errors.
${parts.join("")}`;
}

/** The row as it stands in infra/topology/<domain>.ts. */
export function rowText({ name, trigger }: FunctionRequest): string {
  const isHttp = trigger.kind === "http";
  return `  {
    name: "${name}",
    trigger: ${triggerText(trigger)},
    tables: {${isHttp ? ' tenancy: "read" ' : ""}},
    publishes: [],
    memoryMb: 256,
    timeoutS: ${isHttp ? 10 : 30},
    impact: "${impactOf(name)}",
  },
`;
}

function impactOf(name: string): string {
  return `${name} does not do its work`;
}

function triggerText(trigger: NewTrigger): string {
  switch (trigger.kind) {
    case "schedule":
      return `{ kind: "schedule", everyMinutes: ${trigger.everyMinutes} }`;
    case "queue":
      return `{ kind: "queue", types: ["${trigger.type}"], batchSize: 10, batchWindowS: 0 }`;
    case "http":
      return `{ kind: "http", routes: ["${trigger.route}"] }`;
  }
}

const scheduleHandler = (
  name: string,
) => `import { scheduleDoor, type Tick } from "../../shared/platform/lambda/schedule-door.ts";
import { type Services, services } from "./services.ts";

export async function onTick(tick: Tick, { log }: Services): Promise<void> {
  log.info("ran", { scheduledMs: tick.scheduledMs });
}

export const handler = scheduleDoor({ services, name: "${name}", run: onTick });
`;

const queueHandler = (
  name: string,
  type: string,
) => `import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

export async function onEvent({ event }: Delivery<"${type}">, { log }: Services): Promise<void> {
  log.info("saw an event", { eventId: event.id });
}

export const handler = queueDoor({ services, name: "${name}", types: ["${type}"], each: onEvent });
`;

const httpHandler = () => `import { httpDoor } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import { routes } from "./routes.ts";
import { services } from "./services.ts";

export const handler = httpDoor({ services, routes, access: routeAccess });
`;

const httpRoutes = (
  route: string,
) => `import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import type { Services } from "./services.ts";

export const routes: Routes<Services> = {
  "${route}": async (_request, ctx) => ({ status: 200, body: { tenantId: ctx.tenantId } }),
};
`;

const services = (name: string) => `import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";

export const services = onColdStart(() => ({
  log: makeLog({ function: "${name}" }),
}));
export type Services = ReturnType<typeof services>;
`;

const httpServices = (name: string) => `import { z } from "zod";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate } from "../../shared/tenancy/index.ts";

const Env = z.object({ TABLE_TENANCY: z.string() });

export const services = onColdStart(() => {
  const env = readEnv(Env);
  return {
    log: makeLog({ function: "${name}" }),
    authenticate: makeAuthenticate({ table: new TenantTable(makeTableClient(), env.TABLE_TENANCY) }),
  };
});
export type Services = ReturnType<typeof services>;
`;

const scheduleTest = (name: string) => `import { expect, test } from "@jest/globals";
import { onTick } from "../../functions/${name}/handler.ts";
import { aCtx, aLog } from "../platform/builders.ts";

test("${name} says that it ran, and for which moment", async () => {
  const log = aLog();

  await onTick({ scheduledMs: 1_000, nowMs: 1_500, ctxFor: (tenantId) => aCtx({ tenantId }) }, { log });

  expect(log.lines).toMatchObject([{ fields: { scheduledMs: 1_000 } }]);
});
`;

const queueTest = (name: string, type: string) => `import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { onEvent } from "../../functions/${name}/handler.ts";
import { consume } from "../../shared/platform/lambda/queue-door.ts";
import { aLog, aRecord } from "../platform/builders.ts";

const sample: unknown = JSON.parse(
  readFileSync(new URL("../../events/samples/${type}.json", import.meta.url), "utf8"),
);

test("R-05: ${name} takes the sample of its event and hands back a poison record alone", async () => {
  const log = aLog();
  const poison = aRecord({});

  const response = await consume(
    { services: () => ({ log }), name: "${name}", types: ["${type}"], each: onEvent },
    { Records: [aRecord(sample), poison] },
  );

  expect(response.batchItemFailures).toEqual([{ itemIdentifier: poison.messageId }]);
});
`;

const httpTest = (name: string, route: string) => {
  const [method, path] = route.split(" ");
  return `import { expect, test } from "@jest/globals";
import { routes } from "../../functions/${name}/routes.ts";
import { answer } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import { aLog } from "../platform/builders.ts";
import { aRequest } from "../tenancy/builders.ts";

const route = "${route}";
const ask = (scopes: ("ingest" | "read" | "operate" | "admin")[]) => {
  const authenticate = async () => ({ tenantId: "ten_a", actor: { kind: "key" as const, id: "k" }, scopes, expiresAtMs: null });
  const services = () => ({ log: aLog(), authenticate });
  const request = aRequest({ method: "${method}", path: "${path}" });
  return answer({ services, routes, access: routeAccess }, request, route);
};

test("${name} answers a key that may, and no other", async () => {
  expect((await ask(["read", "operate"])).status).toBe(200);
  expect((await ask(["ingest"])).status).toBe(403);
});
`;
};
