import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { z } from "zod";
import { contracts } from "../../functions/platform-contract/contracts.ts";
import { Media } from "../../shared/platform/http/contract.ts";
import { Problem } from "../../shared/platform/http/problem-schema.ts";
import { apiClient, eventually } from "../support/api-client.ts";
import { arbitraryOf, type Schema } from "../support/arbitrary-of-schema.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

const runsPerRoute = Number(process.env["FUZZ_RUNS"] ?? 12);

interface Operation {
  parameters?: { in: string; name: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Fuzzed {
  path: string;
  query: Record<string, unknown>;
  body: unknown;
}

let runtime: Runtime;
let operations: Record<string, Operation>;
/** Ids of things that are there, and the name of a metric. */
let known: string[];
beforeAll(async () => {
  runtime = await startRuntime({});
  await runtime.warm();
  const document = (await (await fetch(`${runtime.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  operations = Object.fromEntries(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation]),
    ),
  );
  known = await seed();
}, 60_000);
afterAll(() => runtime?.stop());

/** One of each thing, so that the routes about one thing have some. */
async function seed(): Promise<string[]> {
  const { ask, ingest } = apiClient(runtime);
  const channel = { kind: "slack", name: "fuzz", webhookUrl: "https://hooks.slack.com/services/T0/B0/x" };
  const rule = { name: "fuzz", metric: "fuzz", aggregate: "last", operator: ">", thresholds: { warning: 1 } };
  const made = [
    await ask<{ id: string }>("POST /api/channels", channel),
    await ask<{ id: string }>("POST /api/alert-rules", rule),
  ];
  const { key } = await ask<{ key: { id: string } }>("POST /api/keys", { name: "fuzz", scopes: ["read"] });
  await ingest([{ name: "fuzz", value: 2 }]);
  const incident = await eventually("an incident", async () => {
    const { items } = await ask<{ items: { id: string }[] }>("GET /api/incidents");
    return items[0];
  });
  const alerts = await ask<{ items: { id: string }[] }>("GET /api/alerts");
  const routes = await ask<{ items: { id: string }[] }>("GET /api/notification-routes");
  return [...made, key, incident, ...alerts.items, ...routes.items].map(({ id }) => id).concat("fuzz");
}

test.each(Object.keys(contracts))(
  "%s answers whatever its description allows, and all else, as its description says",
  async (key) => {
    const operation = operations[key];
    expect(operation).toBeDefined();
    if (!operation) return;

    await fc.assert(
      fc.asyncProperty(requestsOf(key, operation), async (request) => {
        const answer = await send(key, operation, request);

        expect(answer.status).toBeLessThan(500);
        expect(faultOf(key, answer)).toBeUndefined();
      }),
      { numRuns: runsPerRoute },
    );
  },
  60_000,
);

interface Answer {
  status: number;
  type: string;
  text: string;
}

async function send(key: string, operation: Operation, { path, query, body }: Fuzzed): Promise<Answer> {
  const [method = "GET"] = key.split(" ");
  const search = new URLSearchParams(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): [string, string] => [name, String(value)]),
  );
  const credential = /^POST .*metrics$/.test(key) ? runtime.ingestKey : runtime.adminKey;
  const response = await fetch(`${runtime.url}${path}?${search}`, {
    method,
    redirect: "manual",
    headers: {
      authorization: `Bearer ${credential}`,
      ...(operation.requestBody
        ? { "content-type": Object.keys(operation.requestBody.content)[0] ?? "" }
        : {}),
    },
    ...(operation.requestBody ? { body: JSON.stringify(body) ?? "" } : {}),
  });
  return {
    status: response.status,
    type: (response.headers.get("content-type") ?? "").split(";")[0] ?? "",
    text: await response.text(),
  };
}

function requestsOf(key: string, { parameters = [], requestBody }: Operation): fc.Arbitrary<Fuzzed> {
  const [, template = ""] = key.split(" ");
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const queries = parameters.filter((one) => one.in === "query");
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const ids = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...known) },
    fc.string({ minLength: 1, maxLength: 30 }),
    fc.stringMatching(/^[a-z]{3}_[0-9A-Z]{26}$/),
  );
  return fc.record({
    path: fc
      .tuple(...names.map(() => ids))
      .map((values) =>
        names.reduce((path, name, i) => path.replace(`{${name}}`, segment(values[i] ?? "")), template),
      ),
    query: fc.record(Object.fromEntries(queries.map(({ name, schema }) => [name, parameter(name, schema)])), {
      requiredKeys: queries.filter(({ required }) => required).map(({ name }) => name),
    }),
    body: body
      ? fc.oneof({ weight: 4, arbitrary: arbitraryOf(body) }, fc.jsonValue())
      : fc.constant(undefined),
  });
}

/** Mostly what fits; a cursor that somebody makes up never does. */
function parameter(name: string, schema: Schema): fc.Arbitrary<unknown> {
  if (name === "cursor") {
    return fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, fc.string());
  }
  return fc.oneof({ weight: 7, arbitrary: arbitraryOf(schema) }, fc.string());
}

/** A segment of "." or ".." would be resolved by whoever sends it. */
function segment(text: string): string {
  return encodeURIComponent(/^\.{1,2}$/.test(text) ? "x" : text.toWellFormed());
}

/** What is wrong with an answer by its contract; undefined where nothing is. */
function faultOf(key: string, { status, type, text }: Answer): string | undefined {
  const promised = contracts[key]?.answers[status];
  if (promised === null)
    return text === "" ? undefined : `a body where none was promised: ${text.slice(0, 200)}`;
  if (promised instanceof Media) return type in promised.types ? undefined : `${type} was not promised`;
  if (promised) return misfit(promised, text);
  if (status < 400) return `${status} was not promised`;
  if (key.includes("/v1/metrics")) return undefined;
  const refusals = contracts[key]?.refusals;
  if (refusals) return type in refusals.types ? undefined : `${status} came as ${type}`;
  if (type !== "application/problem+json") return `${status} came as ${type}: ${text.slice(0, 200)}`;
  return misfit(Problem, text);
}

/** The answer fits, and holds no member that the schema does not know. */
function misfit(schema: z.ZodType, text: string): string | undefined {
  const value: unknown = JSON.parse(text);
  const parsed = schema.safeParse(value);
  if (!parsed.success) return `${parsed.error.message} in ${text.slice(0, 300)}`;
  try {
    expect(parsed.data).toEqual(value);
    return undefined;
  } catch {
    return `a member that was not promised: ${text.slice(0, 300)}`;
  }
}
