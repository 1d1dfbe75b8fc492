import { limitContracts } from "../../shared/limits/contracts.ts";
import { findOffenders, quotaOf, readLimitsAndUse } from "../../shared/limits/index.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { Services } from "./services.ts";

export const routes = contracted(limitContracts).with<Services>({
  "GET /api/limits": async (_asked, ctx, services) => ({
    status: 200,
    body: await readLimitsAndUse(ctx, services),
  }),
  "GET /api/limits/series": async (_asked, ctx, services) => ({
    status: 200,
    body: await findOffenders(ctx.tenantId, quotaOf(services.settings, "series"), services),
  }),
});
