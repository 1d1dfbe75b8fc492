import { keyContracts } from "../../shared/keys/contracts.ts";
import { createKey, listKeys, readKey, revokeKey, rotateKey } from "../../shared/keys/index.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { Services } from "./services.ts";

export const routes = contracted(keyContracts).with<Services>({
  "GET /api/keys": async ({ query }, ctx, services) => ({
    status: 200,
    body: await listKeys(ctx, query, services),
  }),
  "POST /api/keys": async ({ body, request }, ctx, services) => {
    const { scopes } = await services.authenticate(request);
    return { status: 201, body: await createKey(ctx, scopes, body, services) };
  },
  "GET /api/keys/{id}": async ({ params }, ctx, services) => ({
    status: 200,
    body: await readKey(ctx, params.id, services),
  }),
  "POST /api/keys/{id}/rotate": async ({ params, body, request }, ctx, services) => {
    const { scopes } = await services.authenticate(request);
    const input = { ...body, keyId: params.id };
    return { status: 201, body: await rotateKey(ctx, scopes, input, services) };
  },
  "DELETE /api/keys/{id}": async ({ params }, ctx, services) => {
    await revokeKey(ctx, params.id, services);
    return { status: 204 };
  },
});
