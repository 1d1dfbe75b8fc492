import { listDeployments, readDeployment, recordDeployment } from "../../shared/deployments/index.ts";
import { DeploymentFilter, DeploymentInput } from "../../shared/deployments/schemas.ts";
import { readJson, readQuery } from "../../shared/platform/http/request.ts";
import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import { redactAttributes, searches } from "../../shared/redaction/index.ts";
import type { Services } from "./services.ts";

export const routes: Routes<Services> = {
  "POST /api/deployments": async (request, ctx, services) => {
    const salt = await services.redactionSalt(ctx.tenantId);
    const input = redactAttributes(readJson(request, DeploymentInput), salt, searches.ownWords).value;
    const { deployment, created } = await recordDeployment(ctx, input, services);
    return { status: created ? 201 : 200, body: deployment };
  },
  "GET /api/deployments": async (request, ctx, { deployments }) => ({
    status: 200,
    body: await listDeployments(ctx, readQuery(request, DeploymentFilter), deployments),
  }),
  "GET /api/deployments/{id}": async (request, ctx, { deployments }) => ({
    status: 200,
    body: await readDeployment(ctx, request.params["id"] ?? "", deployments),
  }),
};
