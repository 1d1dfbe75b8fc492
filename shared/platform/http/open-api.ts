import { z } from "zod";
import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject } from "zod-openapi";
import type { Access } from "../lambda/http-door.ts";
import { type Contract, type Contracts, Media } from "./contract.ts";
import { Problem } from "./problem-schema.ts";

type Methods = "get" | "post" | "put" | "patch" | "delete";

/** OpenAPI 3.1 of the routes, from the very schemas that the router parses with. */
export function openApiOf(contracts: Contracts, access: Readonly<Record<string, Access>>) {
  const paths: Record<string, Partial<Record<Methods, ZodOpenApiOperationObject>>> = {};
  for (const [key, contract] of Object.entries(contracts)) {
    const [method = "", path = ""] = key.split(" ");
    const level = access[key] ?? "admin";
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(key, path, contract, level) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "SentinelOps",
      version: "1",
      description:
        "Every answer names its request in `X-Request-Id` and, in `X-Correlation-Id`, what the caller called it. Answers of 400 and above are problem details (RFC 9457). Lists page by `cursor`, which is good for the tenant and list it came from.",
    },
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "An API key, `so_live_…`." },
        session: { type: "apiKey", in: "cookie", name: "so_session" },
      },
    },
    paths: paths as NonNullable<ZodOpenApiObject["paths"]>,
  });
}

/** `GET /api/alert-rules/{id}` → `getAlertRulesId`. */
function operationId(key: string): string {
  const [method = "", ...words] = key.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return method.toLowerCase() + words.map((word) => (word[0] ?? "").toUpperCase() + word.slice(1)).join("");
}

function operationOf(key: string, path: string, contract: Contract, level: Access) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const operation: ZodOpenApiOperationObject = {
    operationId: operationId(key),
    summary: contract.says,
    tags: [path.split("/")[2] ?? "platform"],
    description: level === "public" ? "Needs no credential." : `Needs the level \`${level}\`.`,
    security: level === "public" ? [] : [{ key: [] }, { session: [] }],
    requestParams: {
      ...(names.length > 0
        ? { path: z.object(Object.fromEntries(names.map((name) => [name, z.string().min(1).max(512)]))) }
        : {}),
      ...(contract.query ? { query: contract.query } : {}),
      ...(contract.creates ? { header: idempotent } : {}),
    },
    ...(contract.body ? { requestBody: { required: true, content: contentOf(contract.body) } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(contract.answers).map(([status, answer]) => [
          status,
          { description: contract.says, ...(answer ? { content: contentOf(answer) } : {}) },
        ]),
      ),
      default: {
        description: "What went wrong",
        content: contract.refusals
          ? contentOf(contract.refusals)
          : { "application/problem+json": { schema: Problem } },
      },
    },
  };
  return operation;
}

const idempotent = z.object({
  "Idempotency-Key": z.string().max(255).optional().meta({
    description: "The same key again within a day gets the first answer, and nothing is made twice.",
  }),
});

function contentOf(body: z.ZodType | Media) {
  const types = body instanceof Media ? body.types : { "application/json": body };
  return Object.fromEntries(Object.entries(types).map(([type, schema]) => [type, { schema }]));
}
