import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import {
  issueLocalSignIn,
  makeAuthenticate,
  makeInvitationStore,
  seedLocalTenant,
} from "../../shared/tenancy/index.ts";
import type { DataDir, Secrets } from "./data-dir.ts";

/**
 * This machine's tenant: made at the first start with an ingest key and an administrator's key, which are kept
 * in the data folder; every start gives a fresh sign-in token.
 */
export async function openTenancy(client: DynamoDBDocumentClient, dataDir: DataDir, accessKeyId: string) {
  const table = new TenantTable(client, "tenancy");
  const kept = dataDir.readSecrets();
  const { secrets, signInToken } = kept
    ? {
        secrets: kept,
        signInToken: await issueLocalSignIn({ table, tenantId: kept.tenantId, nowMs: nowMs() }),
      }
    : await seed(table, dataDir, accessKeyId);
  const invitations = makeInvitationStore(table);
  return {
    ...secrets,
    signInToken,
    authenticate: makeAuthenticate({ table }),
    invitedEmail: async (token: string) => (await invitations.findByToken(token, nowMs()))?.email,
  };
}

async function seed(table: TenantTable, dataDir: DataDir, accessKeyId: string) {
  const { signInToken, ...made } = await seedLocalTenant({ table, nowMs: nowMs() });
  const secrets: Secrets = { accessKeyId, ...made };
  dataDir.writeSecrets(secrets);
  return { secrets, signInToken };
}
