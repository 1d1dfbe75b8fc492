import { readTroubles } from "../../shared/incidents/index.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import { ifMatch, withVersion } from "../../shared/platform/http/versioned.ts";
import { chooseProject, defaultProject, meantProject } from "../../shared/platform/labels/project.ts";
import { serviceContracts } from "../../shared/services/contracts.ts";
import {
  declareService,
  drawGraph,
  listServices,
  readService,
  removeService,
} from "../../shared/services/index.ts";
import type { Services } from "./services.ts";

export const routes = contracted(serviceContracts).with<Services>({
  "GET /api/services": async (_asked, ctx, { services }) => ({
    status: 200,
    body: await listServices(ctx, services),
  }),
  "GET /api/services/graph": async (_asked, ctx, { services, lists }) => {
    const [{ items, truncated }, troubles] = await Promise.all([
      listServices(ctx, services),
      readTroubles(ctx, lists),
    ]);
    return { status: 200, body: drawGraph(items, troubles, truncated) };
  },
  "GET /api/services/{name}": async ({ params, query }, ctx, { services }) => {
    const project = meantProject(ctx, query.project);
    return withVersion(200, await readService(ctx, { project, name: params.name }, services));
  },
  "PUT /api/services/{name}": async ({ params, query, body, request }, ctx, { services }) => {
    const project = chooseProject(ctx, query.project, defaultProject);
    const input = { project, name: params.name, service: body, ifVersion: ifMatch(request) };
    return withVersion(200, await declareService(ctx, input, services));
  },
  "DELETE /api/services/{name}": async ({ params, query }, ctx, { services }) => {
    const project = meantProject(ctx, query.project);
    await removeService(ctx, { project, name: params.name }, services);
    return { status: 204 };
  },
});
