import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import type { Services } from "./services.ts";

/** What Route 53 and load balancers ask: 200 while this region's gateway, functions and tables answer, 503 otherwise. */
export const routes: Routes<Pick<Services, "tenants">> = {
  "GET /v1/health": async (_request, _ctx, services) => {
    await services.tenants.reach();
    return { status: 200, body: { status: "ok" } };
  },
};
