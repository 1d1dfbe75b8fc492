import { parseArgs } from "node:util";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { createTenantWithKeys } from "../../shared/tenancy/index.ts";

const usage = `Makes a tenant in an installation on AWS, with the credentials of your shell.

  npm run tenant -- --name <name> --table <TenancyTable> --url <DashboardUrl>

TenancyTable and DashboardUrl are outputs of the stack. The keys are shown once.`;

const { values } = parseArgs({
  options: {
    name: { type: "string" },
    table: { type: "string" },
    url: { type: "string" },
    help: { type: "boolean" },
  },
});

if (values.help) {
  console.log(usage);
} else if (!values.name || !values.table || !values.url) {
  console.error(usage);
  process.exitCode = 1;
} else {
  const table = new TenantTable(makeTableClient(), values.table);
  const made = await createTenantWithKeys({ table, name: values.name, ownerEmail: null, nowMs: nowMs() });
  console.log(`tenant      ${made.tenantId}
ingest key  ${made.ingestKey}
admin key   ${made.adminKey}
sign in     ${values.url}/session/start?token=${made.signInToken}   (once, within a day)`);
}
