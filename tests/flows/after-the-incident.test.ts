import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { AlertRule } from "../../shared/alerts/schemas.ts";
import type {
  Analysis,
  AnalysisList,
  Answer,
  LatestAnalysis,
  PostMortem,
} from "../../shared/analysis/schemas.ts";
import type { DeploymentList } from "../../shared/deployments/schemas.ts";
import type { Incident, IncidentList } from "../../shared/incidents/schemas.ts";
import type { Service, ServiceGraph } from "../../shared/services/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

let runtime: Runtime;
let api: ApiClient;
let incidentId: string;

const calmMs = 10 * 60_000;
const everyMs = 15_000;
const labels = { "service.name": "mailer", "peer.service": "smtp", "host.name": "host-1" };
const queueIs = (value: number, name = "mail.queue") => api.ingest([{ name, value, labels }]);

/** Ten minutes in which nothing was wrong, and then the queue is full, a minute long. */
function queuePoints() {
  const nowMs = Date.now();
  const full = calmMs / everyMs;
  return Array.from({ length: full + 5 }, (_, i) => ({
    name: "mail.queue",
    value: i < full ? 5 + (i % 3) : 500,
    timestamp: nowMs - (full + 4 - i) * everyMs,
    labels,
  }));
}

beforeAll(async () => {
  runtime = await startRuntime();
  api = apiClient(runtime);
  for (const metric of ["mail.queue", "mail.delay"]) {
    await api.ask<AlertRule>("POST /api/alert-rules", {
      name: `Too much ${metric}`,
      metric,
      aggregate: "last",
      operator: ">",
      thresholds: { critical: 100 },
      groupBy: ["service.name"],
    });
  }
  await api.ingest(queuePoints());
  const incident = await eventually("an incident", async () => {
    const { items } = await api.ask<IncidentList>("GET /api/incidents?state=open");
    return items[0];
  });
  incidentId = incident.id;
}, 60_000);
afterAll(() => runtime?.stop());

const latest = async (): Promise<Analysis | undefined> =>
  (await api.ask<LatestAnalysis>(`GET /api/incidents/${incidentId}/analysis`)).analysis ?? undefined;

test("alerts that join soon after an analysis wait their turn, and a person who asks does not", async () => {
  const first = await eventually("the first analysis", latest);
  await queueIs(500, "mail.delay");
  const waiting = await eventually("one waits", async () => {
    const { pending } = await api.ask<LatestAnalysis>(`GET /api/incidents/${incidentId}/analysis`);
    return pending;
  });

  await api.ask(`POST /api/incidents/${incidentId}/analyses`);
  const second = await eventually(
    "another analysis",
    async () => {
      const analysis = await latest();
      if (analysis && analysis.version > first.version) return analysis;
      await api.ask(`POST /api/incidents/${incidentId}/analyses`);
      return undefined;
    },
    30_000,
  );
  const { items } = await api.ask<AnalysisList>(`GET /api/incidents/${incidentId}/analyses`);

  expect(waiting).toBe(true);
  expect(second.trigger).toBe("asked");
  expect(second.evidence.filter(({ kind }) => kind === "alert")).toHaveLength(2);
  expect(items.map(({ version }) => version)).toEqual([2, 1]);
}, 60_000);

test("people judge it, ask about it and write its post-mortem", async () => {
  const analysis = await eventually("an analysis", latest);
  const feedback = `POST /api/incidents/${incidentId}/analyses/${analysis.id}/feedback`;

  const judged = await api.ask<Analysis>(feedback, {
    hypothesisId: analysis.hypotheses[0]?.id,
    verdict: "accepted",
  });
  const answer = await api.ask<Answer>(`POST /api/incidents/${incidentId}/questions`, {
    question: "Which alerts fired?",
  });
  const { summary, impact, fixes, actionItems } = await api.ask<PostMortem>(
    `GET /api/incidents/${incidentId}/post-mortem`,
  );
  const written = { summary, impact, fixes, actionItems, cause: "The mail server was full." };
  const saved = await api.ask<PostMortem>(`PUT /api/incidents/${incidentId}/post-mortem`, written);

  expect(judged.hypotheses[0]).toMatchObject({
    cause: { service: "mailer" },
    feedback: { verdict: "accepted" },
  });
  expect(answer.claims[0]?.text).toContain("Too much mail.queue");
  expect(saved.markdown).toContain("The mail server was full.");
});

test("it is LEARNED only because a rule fires over its own data", async () => {
  await api.ask(`POST /api/incidents/${incidentId}/transitions`, { to: "RESOLVED" });

  const learned = await api.ask<Incident>(`POST /api/incidents/${incidentId}/transitions`, { to: "LEARNED" });

  expect(learned.state).toBe("LEARNED");
});

test("services are learned from telemetry, declared by people, and forgotten", async () => {
  await runtime.fire("services-learn");
  const graph = await api.ask<ServiceGraph>("GET /api/services/graph");
  await api.ask<Service>("PUT /api/services/mailer", { owner: "mail team", dependencies: ["ldap"] });
  const declared = await api.ask<Service>("GET /api/services/mailer");
  await api.ask("DELETE /api/services/mailer");

  expect(graph.edges).toEqual([{ project: "default", caller: "mailer", callee: "smtp", known: "learned" }]);
  expect(declared).toMatchObject({ owner: "mail team", hosts: ["host-1"] });
  expect(declared.dependencies).toEqual([
    { service: "ldap", known: "declared" },
    { service: "smtp", known: "learned" },
  ]);
  await expect(api.ask("GET /api/services/mailer")).rejects.toThrow("404");
});

test("a pipeline that tells of its deployment twice is heard once", async () => {
  const told = { id: "run/1", service: "mailer", version: "1.2.3" };

  await api.ask("POST /api/deployments", told);
  await api.ask("POST /api/deployments", told);
  const { items } = await api.ask<DeploymentList>("GET /api/deployments?service=mailer");

  expect(items).toHaveLength(1);
  await expect(api.ask(`GET /api/deployments/${items[0]?.id}`)).resolves.toMatchObject({ version: "1.2.3" });
});
