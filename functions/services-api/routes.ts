import { readTroubles } from "../../shared/incidents/index.ts";
import { Invalid } from "../../shared/platform/errors.ts";
import { type HttpRequest, readJson } from "../../shared/platform/http/request.ts";
import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import {
  declareService,
  drawGraph,
  listServices,
  readService,
  removeService,
} from "../../shared/services/index.ts";
import { type Service, ServiceInput } from "../../shared/services/schemas.ts";
import type { Services } from "./services.ts";

export const routes: Routes<Services> = {
  "GET /api/services": async (_request, ctx, { services }) => ({
    status: 200,
    body: await listServices(ctx, services),
  }),
  "GET /api/services/graph": async (_request, ctx, { services, lists }) => {
    const [{ items, truncated }, troubles] = await Promise.all([
      listServices(ctx, services),
      readTroubles(ctx, lists),
    ]);
    return { status: 200, body: drawGraph(items, troubles, truncated) };
  },
  "GET /api/services/{name}": async (request, ctx, { services }) =>
    withVersion(await readService(ctx, nameOf(request), services)),
  "PUT /api/services/{name}": async (request, ctx, { services }) => {
    const service = readJson(request, ServiceInput);
    const input = { name: nameOf(request), service, ifVersion: ifMatch(request) };
    return withVersion(await declareService(ctx, input, services));
  },
  "DELETE /api/services/{name}": async (request, ctx, { services }) => {
    await removeService(ctx, nameOf(request), services);
    return { status: 204 };
  },
};

const nameOf = (request: HttpRequest) => request.params["name"] ?? "";

function withVersion(service: Service) {
  return { status: 200, headers: { etag: `"${service.version}"` }, body: service };
}

function ifMatch(request: HttpRequest): number | undefined {
  const header = request.headers["if-match"];
  if (header === undefined || header === "*") return undefined;
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  if (version === undefined) {
    throw new Invalid(`If-Match must be the service's version, like "3", not ${header}.`, "If-Match");
  }
  return Number(version);
}
