import { parseArgs } from "node:util";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { openAccount } from "../../shared/tenancy/account-store.ts";
import { createTenantWithKeys, issueRescueLink } from "../../shared/tenancy/index.ts";

const usage = `Makes a tenant in an installation on AWS, with the credentials of your shell.

  npm run tenant -- --name <name> --table <TenancyTable> --url <DashboardUrl>
                    [--owner <e-mail> [--user-pool <UserPoolId>]]
  npm run tenant -- --link <e-mail> --table <TenancyTable> --url <DashboardUrl>

  --owner       who owns the tenant and signs in with that address; the link alone signs in otherwise
  --user-pool   makes the owner's account there too, and Cognito mails a first password
  --link        makes no tenant, but a link that signs in a person who is locked out

TenancyTable, DashboardUrl and UserPoolId are outputs of the stack. Keys and links are shown once.`;

const { values } = parseArgs({
  options: {
    name: { type: "string" },
    table: { type: "string" },
    url: { type: "string" },
    owner: { type: "string" },
    "user-pool": { type: "string" },
    link: { type: "string" },
    help: { type: "boolean" },
  },
});

const { name, table: tableName, url, owner, link } = values;
if (values.help) {
  console.log(usage);
} else if (!tableName || !url || !(name || link)) {
  console.error(usage);
  process.exitCode = 1;
} else {
  const table = new TenantTable(makeTableClient(), tableName);
  const linkOf = (token: string) => `${url}/session/start?token=${token}   (once, within a day)`;
  if (link) {
    const token = await issueRescueLink({ table, email: link, nowMs: nowMs() });
    console.log(token ? `sign in     ${linkOf(token)}` : `No member of any tenant has the address ${link}.`);
    if (!token) process.exitCode = 1;
  } else if (name) {
    const made = await createTenantWithKeys({ table, name, ownerEmail: owner ?? null, nowMs: nowMs() });
    console.log(`tenant      ${made.tenantId}
ingest key  ${made.ingestKey}
admin key   ${made.adminKey}
sign in     ${linkOf(made.signInToken)}`);
    const pool = values["user-pool"];
    if (owner && pool) {
      const isNew = await openAccount(pool, owner);
      console.log(`owner       ${owner} ${isNew ? "was mailed a first password" : "has an account already"}`);
    }
  }
}
