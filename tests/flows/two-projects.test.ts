import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { contracts } from "../../functions/platform-contract/contracts.ts";
import type { AnomalyList } from "../../shared/anomalies/schemas.ts";
import type { IncidentList } from "../../shared/incidents/schemas.ts";
import type { ShownOnceKey } from "../../shared/keys/schemas.ts";
import type { InvitationMade } from "../../shared/tenancy/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { CookieJar, signInWith } from "../support/cookie-jar.ts";
import { type Listener, listenTo } from "../support/listener.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/** Somebody, or a program, that may see one project of the tenant. */
interface Narrowed {
  who: string;
  project: string;
  headers: Record<string, string>;
  live: Listener;
  /** What it was answered, by what it asked. */
  answers: [path: string, text: string][];
}

/** Each is also the canary in every text of its project. */
const projects = ["canaryharbour", "canarymeadow"] as const;
/** What is the whole tenant's. */
const wholeTenants = /^\/api\/(limits|ai|tenant|members|openapi)/;

let runtime: Runtime;
let api: ApiClient;
let narrowed: Narrowed[];

beforeAll(async () => {
  runtime = await startRuntime();
  api = apiClient(runtime);
  await runtime.warm();
  for (const projectId of projects) await api.ask("POST /api/projects", { projectId, name: projectId });
  narrowed = (await Promise.all(projects.map(aProgram))).concat(await Promise.all(projects.map(aViewer)));
  await Promise.all(projects.map(work));
  for (const one of narrowed) await readEverything(one);
}, 180_000);
afterAll(async () => {
  for (const { live } of narrowed ?? []) live.socket.terminate();
  await runtime?.stop();
});

async function aProgram(project: string): Promise<Narrowed> {
  const input = { name: "narrowed", scopes: ["read"], projectId: project };
  const { text } = await api.ask<ShownOnceKey>("POST /api/keys", input);
  return listening("a key", project, { authorization: `Bearer ${text}` });
}

async function aViewer(project: string): Promise<Narrowed> {
  const owner = new CookieJar();
  await owner.ask(runtime.dashboardUrl);
  const input = { email: `${project}@example.com`, role: "viewer", projects: [project] };
  const made = await owner.ask(`${runtime.url}/api/invitations`, { method: "POST", json: input });
  const jar = new CookieJar();
  const form = { email: input.email, password: "correct horse battery", name: "Somebody" };
  await signInWith(jar, made.json<InvitationMade>().url, form);
  const cookie = jar.header(new URL(`${runtime.url}/api/session`));
  return listening("a viewer", project, { cookie, origin: runtime.url });
}

async function listening(who: string, project: string, headers: Record<string, string>): Promise<Narrowed> {
  return { who, project, headers, live: await listenTo(runtime, headers), answers: [] };
}

/** A metric that jumps, an alert, an incident and a comment of the project, its canary in each of them. */
async function work(project: string): Promise<void> {
  const labels = { "sentinelops.project": project, "service.name": project, host: `${project}-1` };
  const nowMs = Date.now();
  const minutes = 720;
  await api.ingest(
    Array.from({ length: minutes }, (_, minute) => ({
      name: `heat.${project}`,
      value: 60 + Math.sin(minute * 12.9898) + (minute > minutes - 6 ? 40 : 0),
      timestamp: nowMs - (minutes - minute) * 60_000,
      labels,
    })),
  );
  await api.ask("POST /api/alert-rules", {
    name: project,
    project,
    metric: `load.${project}`,
    aggregate: "last",
    operator: ">",
    thresholds: { critical: 1 },
    groupBy: ["service.name"],
    annotations: { summary: project },
  });
  const incident = await eventually(
    `an incident of ${project}`,
    async () => {
      await api.ingest([{ name: `load.${project}`, value: 5, labels }]);
      const { items } = await api.ask<IncidentList>("GET /api/incidents");
      return items.find((one) => one.project === project);
    },
    40_000,
  );
  await api.ask(`POST /api/incidents/${incident.id}/comments`, { text: project });
  await eventually(
    `an anomaly of ${project}`,
    async () => {
      const { items } = await api.ask<AnomalyList>("GET /api/anomalies?sensitivity=high");
      return JSON.stringify(items).includes(`heat.${project}`);
    },
    40_000,
  );
}

/** Every list there is, then everything about each thing that any of the tenant's lists names. */
async function readEverything({ headers, answers }: Narrowed): Promise<void> {
  const reads = Object.keys(contracts)
    .filter((key) => key.startsWith("GET /api/"))
    .map((key) => key.slice(4))
    .filter((path) => !wholeTenants.test(path));
  const ask = async (path: string) => {
    const answer = await fetch(runtime.url + path, { headers });
    answers.push([path, await answer.text()]);
  };
  const metrics = projects.flatMap((project) => [`load.${project}`, `heat.${project}`]);
  for (const path of reads.filter((path) => !path.includes("{"))) {
    for (const name of metrics) await ask(`${path}?name=${name}`);
    await ask(`${path}?sensitivity=high`);
  }
  const lists = ["/api/alert-rules", "/api/alerts", "/api/incidents", "/api/anomalies?sensitivity=high"];
  const ids = (await Promise.all(lists.map((list) => api.ask<{ items: { id: string }[] }>(`GET ${list}`))))
    .flatMap(({ items }) => items)
    .map(({ id }) => id);
  for (const path of reads.filter((one) => one.includes("{id}") && !one.includes("{analysisId}"))) {
    for (const id of ids) await ask(path.replace("{id}", id));
  }
  for (const name of metrics) await ask(`/api/metrics/${name}/series`);
}

const otherOf = (project: string) => projects.find((one) => one !== project) ?? "";

describe("of two projects of one tenant, to who may see one", () => {
  test("no answer holds a byte of the other, though it asks for it by name and by id", () => {
    expect(narrowed).toHaveLength(4);
    for (const { who, project, answers } of narrowed) {
      const own = answers.filter(([, text]) => text.includes(project)).map(([path]) => path);
      // What was asked for stands in what is answered, in words of refusal too.
      const foreign = answers.filter(
        ([path, text]) => text.includes(otherOf(project)) && !path.includes(otherOf(project)),
      );

      expect([who, foreign]).toEqual([who, []]);
      for (const path of ["/api/metrics", "/api/alerts", "/api/incidents", "/api/anomalies"]) {
        expect([who, path, own.some((one) => one.startsWith(`${path}?`))]).toEqual([who, path, true]);
      }
    }
  });

  test("what is asked for by the other's name is empty or not there", () => {
    for (const { who, project, answers } of narrowed) {
      const named = answers.filter(([path]) => path.includes(otherOf(project)));
      const told = named.filter(([, text]) => text.includes(`${otherOf(project)}-1`));

      expect(named.length).toBeGreaterThan(2);
      expect([who, told]).toEqual([who, []]);
    }
  });

  test("no frame of the live stream is of the other", () => {
    for (const { who, project, live } of narrowed) {
      const types = live.frames.flatMap((frame) => (frame.kind === "event" ? [frame.type] : []));

      expect([who, types]).toEqual([
        who,
        expect.arrayContaining(["alert.fired.v1", "incident.opened.v1", "incident.updated.v1"]),
      ]);
      expect([who, live.frames.filter((frame) => JSON.stringify(frame).includes(otherOf(project)))]).toEqual([
        who,
        [],
      ]);
    }
  });
});
