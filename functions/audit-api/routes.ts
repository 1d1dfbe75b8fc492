import { auditContracts } from "../../shared/audit/contracts.ts";
import { auditStatistics, exportAudit, searchAudit } from "../../shared/audit/index.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { Services } from "./services.ts";

export const routes = contracted(auditContracts).with<Services>({
  "GET /api/audit": async ({ query }, ctx, { chain }) => ({
    status: 200,
    body: await searchAudit(ctx, query, chain),
  }),
  "GET /api/audit/statistics": async ({ query }, ctx, { chain }) => ({
    status: 200,
    body: await auditStatistics(ctx, query, chain),
  }),
  "GET /api/audit/export": async ({ query, request }, ctx, { chain }) => {
    const { text, contentType, cursor } = await exportAudit(ctx, query, chain);
    const next = new URLSearchParams({ ...request.query, cursor: cursor ?? "" });
    return {
      status: 200,
      headers: {
        "content-type": contentType,
        "content-disposition": `attachment; filename="audit.${query.format}"`,
        ...(cursor === null ? {} : { link: `<${request.path}?${next}>; rel="next"` }),
      },
      body: text,
    };
  },
});
