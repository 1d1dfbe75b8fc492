import { deploymentContracts } from "../../shared/deployments/contracts.ts";
import { listDeployments, readDeployment, recordDeployment } from "../../shared/deployments/index.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import { redactAttributes, searches } from "../../shared/redaction/index.ts";
import type { Services } from "./services.ts";

export const routes = contracted(deploymentContracts).with<Services>({
  "POST /api/deployments": async ({ body }, ctx, services) => {
    const salt = await services.redactionSalt(ctx.tenantId);
    const input = redactAttributes(body, salt, searches.ownWords).value;
    const { deployment, created } = await recordDeployment(ctx, input, services);
    return { status: created ? 201 : 200, body: deployment };
  },
  "GET /api/deployments": async ({ query }, ctx, { deployments }) => ({
    status: 200,
    body: await listDeployments(ctx, query, deployments),
  }),
  "GET /api/deployments/{id}": async ({ params }, ctx, { deployments }) => ({
    status: 200,
    body: await readDeployment(ctx, params.id, deployments),
  }),
});
