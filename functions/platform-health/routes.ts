import { contracted } from "../../shared/platform/http/contract.ts";
import { healthContracts } from "../../shared/platform/http/health-contract.ts";
import type { Services } from "./services.ts";

/** What Route 53 and load balancers ask: 200 while this region's gateway, functions and tables answer, 503 otherwise. */
export const routes = contracted(healthContracts).with<Pick<Services, "tenants">>({
  "GET /v1/health": async (_asked, _ctx, services) => {
    await services.tenants.reach();
    return { status: 200, body: { status: "ok" } };
  },
});
