import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { makeAuthenticate, makeReadAuthority } from "../../shared/tenancy/index.ts";
import { makeSignInLinkStore } from "../../shared/tenancy/sign-in-link-store.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aRequestWithKey } from "../tenancy/builders.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable();
});
afterAll(() => db.stop());

async function run(...args: string[]) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("../../infra/tenant/main.ts", import.meta.url)), ...args],
    {
      env: {
        PATH: process.env["PATH"],
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
      },
    },
  );
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr };
}

test("npm run tenant makes a tenant whose keys and link work", async () => {
  const { stdout, stderr } = await run("--name", "Acme", "--table", "test", "--url", "https://so.example");
  expect(stderr).toBe("");
  const found = (pattern: RegExp) => pattern.exec(stdout)?.[1] ?? "";
  const authenticate = makeAuthenticate({ table: db.table });

  const ingest = await authenticate(aRequestWithKey(found(/ingest key +(so_live_\w+)/)));
  const admin = await authenticate(aRequestWithKey(found(/admin key +(so_live_\w+)/)));

  expect(ingest).toMatchObject({ tenantId: found(/tenant +(ten_\w+)/), scopes: ["ingest"] });
  expect(admin.scopes).toEqual(["ingest", "read", "operate", "admin"]);
  const token = found(/https:\/\/so\.example\/session\/start\?token=(so_signin_\w+)/);
  const links = makeSignInLinkStore(db.table);
  await links.redeem(token, Date.now());
  await expect(links.redeem(token, Date.now())).rejects.toThrow(/not valid any more/);
});

test("a member who is locked out gets a link; nobody else does", async () => {
  const where = ["--table", "test", "--url", "https://so.example"];
  await run("--name", "Acme", "--owner", "Ann@Example.com", ...where);

  const { stdout } = await run("--link", "ann@example.com", ...where);
  const token = /session\/start\?token=(so_signin_\w+)/.exec(stdout)?.[1] ?? "";
  const { personId, tenantId } = await makeSignInLinkStore(db.table).redeem(token, Date.now());

  expect(await makeReadAuthority(db.table)(tenantId, personId)).toMatchObject({ role: "owner" });
  expect((await run("--link", "eve@example.com", ...where)).stdout).toMatch(/No member/);
});

test("without what it needs it says how it is used", async () => {
  expect((await run("--name", "Acme")).stderr).toMatch(/--table <TenancyTable>/);
});
