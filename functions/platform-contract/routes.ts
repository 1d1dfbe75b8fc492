import { contracted } from "../../shared/platform/http/contract.ts";
import { documentContracts } from "../../shared/platform/http/document-contract.ts";
import type { Services } from "./services.ts";

export const routes = contracted(documentContracts).with<Pick<Services, "document">>({
  "GET /api/openapi.json": async (_asked, _ctx, { document }) => ({
    status: 200,
    headers: { "content-type": "application/json", "cache-control": "public, max-age=300" },
    body: document,
  }),
});
