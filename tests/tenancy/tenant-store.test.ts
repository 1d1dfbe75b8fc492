import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { NotFound } from "../../shared/platform/errors.ts";
import {
  issueLocalSignIn,
  makeAuthenticate,
  makeTenantStore,
  seedLocalTenant,
} from "../../shared/tenancy/index.ts";
import { makeSignInLinkStore } from "../../shared/tenancy/sign-in-link-store.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aRequestWithKey } from "./builders.ts";

const nowMs = Date.parse("2026-11-20T10:00:00Z");
let db: TestTable;
beforeAll(async () => {
  db = await startTestTable(() => nowMs);
});
afterAll(() => db.stop());

test("the keys of a tenant are listed newest first, without their hashes, page by page", async () => {
  const store = makeTenantStore(db.table);
  const { tenantId } = await store.createTenant({ name: "Acme", nowMs });
  for (const [i, name] of ["one", "two", "three"].entries()) {
    await store.createKey(
      tenantId,
      { environment: "live", name, scopes: ["read"], expiresAtMs: null },
      nowMs + i,
    );
  }

  const first = await store.listKeys(tenantId, 2);
  const second = await store.listKeys(tenantId, 2, first.cursor);

  expect([...first.items, ...second.items].map((key) => key.name)).toEqual(["three", "two", "one"]);
  expect(JSON.stringify(first)).not.toContain("hash");
});

test("another tenant's key cannot be seen", async () => {
  const store = makeTenantStore(db.table);
  const mine = await store.createTenant({ name: "Mine", nowMs });
  const theirs = await store.createTenant({ name: "Theirs", nowMs });
  const input = { environment: "live", name: "CI", scopes: ["read"], expiresAtMs: null } as const;
  const { key, text } = await store.createKey(theirs.tenantId, input, nowMs);

  await expect(store.getKey(mine.tenantId, key.keyId)).rejects.toBeInstanceOf(NotFound);

  expect((await store.listKeys(mine.tenantId, 10)).items).toEqual([]);
  const authenticate = makeAuthenticate({ table: db.table, now: () => nowMs });
  expect((await authenticate(aRequestWithKey(text))).tenantId).toBe(theirs.tenantId);
});

test("a tenant that is not there is NotFound", async () => {
  await expect(makeTenantStore(db.table).getTenant("ten_none")).rejects.toBeInstanceOf(NotFound);
});

test("the laptop's tenant is made once, and its keys and link work", async () => {
  const fresh = await startTestTable(() => nowMs);
  try {
    const seeded = await seedLocalTenant({ table: fresh.table, nowMs });
    const again = await seedLocalTenant({ table: fresh.table, nowMs });
    const authenticate = makeAuthenticate({ table: fresh.table, now: () => nowMs });

    expect(again.tenantId).toBe(seeded.tenantId);
    expect(await makeTenantStore(fresh.table).listTenantIds()).toEqual([seeded.tenantId]);
    expect((await authenticate(aRequestWithKey(seeded.ingestKey))).scopes).toEqual(["ingest"]);
    expect((await authenticate(aRequestWithKey(seeded.adminKey))).scopes).toHaveLength(4);
    const link = await issueLocalSignIn({ table: fresh.table, tenantId: seeded.tenantId, nowMs });
    for (const token of [seeded.signInToken, link, link]) {
      await makeSignInLinkStore(fresh.table).redeem(token, nowMs);
    }
  } finally {
    await fresh.stop();
  }
});
