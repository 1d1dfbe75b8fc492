import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type DataDir, takeDataDir } from "../../infra/local/data-dir.ts";
import { openAccounts } from "../../infra/local/identity/accounts.ts";
import { openKept } from "../../infra/local/identity/kept.ts";
import { pagePolicy, passwordPage, signInPage, stoppedPage } from "../../infra/local/identity/page.ts";
import { countTries } from "../../infra/local/identity/tries.ts";

const administrator = "admin@sentinelops.local";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sentinelops-identity-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function withDataDir<T>(use: (dataDir: DataDir) => Promise<T>) {
  const dataDir = takeDataDir(folder);
  try {
    return await use(dataDir);
  } finally {
    dataDir.release();
  }
}
const withAccounts = <T>(use: (accounts: Awaited<ReturnType<typeof openAccounts>>) => Promise<T> | T) =>
  withDataDir(async (dataDir) => use(await openAccounts(dataDir, administrator)));
const file = () => join(folder, "identity.json");

describe("S-72: the first administrator", () => {
  test("has a password that is told once and lies nowhere", async () => {
    const password = await withAccounts(({ firstPassword }) => firstPassword ?? "");
    const later = await withAccounts(async ({ firstPassword, check }) => ({
      firstPassword,
      right: await check(administrator.toUpperCase(), password),
      wrong: await check(administrator, `${password}x`),
      nobody: await check("nobody@example.com", password),
    }));

    expect(password).toMatch(/^[a-zA-Z2-9]{16}$/);
    expect(later).toMatchObject({ right: { email: administrator } });
    expect([later.firstPassword, later.wrong, later.nobody]).toEqual([undefined, undefined, undefined]);
    expect(readFileSync(file(), "utf8")).not.toContain(password);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test("S-06: nobody's password takes as long to refuse as somebody's", async () => {
    await withAccounts(async ({ check }) => {
      // Work rather than time, and the least of some, as other programs take time too.
      const workOf = async (email: string) => {
        const began = process.cpuUsage();
        await check(email, "wrong");
        const { user, system } = process.cpuUsage(began);
        return user + system;
      };
      const work = { somebody: Number.POSITIVE_INFINITY, nobody: Number.POSITIVE_INFINITY };
      for (let times = 0; times < 4; times++) {
        work.somebody = Math.min(work.somebody, await workOf(administrator));
        work.nobody = Math.min(work.nobody, await workOf("nobody@example.com"));
      }

      const { somebody, nobody } = work;
      expect(Math.min(somebody, nobody) / Math.max(somebody, nobody)).toBeGreaterThan(0.8);
    });
  }, 60_000);
});

describe("S-34: another password", () => {
  const next = "a longer one than before";

  test("counts from then on and over a restart, and the one before does not", async () => {
    const first = await withAccounts(async ({ firstPassword = "", check, setPassword }) => {
      const account = await check(administrator, firstPassword);
      if (!account) throw new Error("The first password is refused.");
      expect(await setPassword(account, next, () => undefined)).toBe(true);
      expect(await check(administrator, firstPassword)).toBeUndefined();
      return { ...account, firstPassword };
    });
    const later = await withAccounts(async ({ check }) => ({
      before: await check(administrator, first.firstPassword),
      now: await check(administrator, next),
    }));

    expect(later.before).toBeUndefined();
    expect(later.now).toMatchObject({ subject: first.subject, email: administrator });
    expect(readFileSync(file(), "utf8")).not.toContain(next);
  });

  test("of two that were chosen at once one counts, and only who chose it is told so", async () => {
    await withAccounts(async ({ firstPassword = "", check, setPassword }) => {
      const account = await check(administrator, firstPassword);
      if (!account) throw new Error("The first password is refused.");
      const chosen = [next, "and yet another one"];
      const told = await Promise.all(chosen.map((one) => setPassword(account, one, () => undefined)));
      const counts = await Promise.all(chosen.map((one) => check(administrator, one)));

      expect(told.toSorted()).toEqual([false, true]);
      expect(counts.map((one) => one !== undefined)).toEqual(told);
    });
  });

  test("lets nobody in by the one before who was still waiting for the answer", async () => {
    await withAccounts(async ({ firstPassword = "", check, setPassword }) => {
      const account = await check(administrator, firstPassword);
      if (!account) throw new Error("The first password is refused.");
      const waiting: ReturnType<typeof check>[] = [];
      await setPassword(account, next, () => waiting.push(check(administrator, firstPassword)));

      expect(await waiting[0]).toBeUndefined();
    });
  });
});

describe("S-34: what the provider keeps of who is signed in", () => {
  const withKept = <T>(use: (kept: ReturnType<typeof openKept>) => Promise<T>) =>
    withDataDir((dataDir) => use(openKept(dataDir)));
  const models = ["Session", "Grant", "RefreshToken", "AuthorizationCode", "AccessToken"];

  test("outlives a restart as far as sessions of the dashboard rest on it", async () => {
    await withKept(async ({ adapter }) => {
      for (const model of models) await adapter(model).upsert("one", { accountId: "ann" }, 600);
      await adapter("RefreshToken").upsert("over", { accountId: "ann" }, 0);
    });
    const found = await withKept(({ adapter }) =>
      Promise.all([
        ...models.map(async (model) => (await adapter(model).find("one")) && model),
        adapter("RefreshToken").find("over"),
      ]),
    );

    expect(found.filter((model) => model !== undefined)).toEqual(["Grant", "RefreshToken"]);
  });

  test("is withdrawn whole from one account, for good, and from no other", async () => {
    const login = (accountId: string) => ({ result: { login: { accountId } } });
    await withKept(async ({ adapter, withdraw }) => {
      for (const accountId of ["ann", "bob"]) {
        for (const model of models) await adapter(model).upsert(accountId, { accountId }, 600);
        await adapter("Interaction").upsert(accountId, login(accountId), 600);
      }
      withdraw("ann");
      for (const model of [...models, "Interaction"]) {
        expect(await adapter(model).find("ann")).toBeUndefined();
        expect(await adapter(model).find("bob")).toBeDefined();
      }
    });

    await withKept(async ({ adapter }) => {
      expect(await adapter("RefreshToken").find("ann")).toBeUndefined();
      expect(await adapter("RefreshToken").find("bob")).toBeDefined();
    });
  });

  test("is not pushed out by sign-ins that are begun and never finished", async () => {
    await withKept(async ({ adapter }) => {
      await adapter("RefreshToken").upsert("one", { accountId: "ann" }, 600);
      for (let count = 0; count <= 10_000; count++) await adapter("Interaction").upsert(`${count}`, {}, 600);

      expect(await adapter("RefreshToken").find("one")).toBeDefined();
      expect(await adapter("Interaction").find("0")).toBeUndefined();
    });
  });
});

describe("S-35: the keys of the provider", () => {
  test("have 32 bytes, and outlive a restart", async () => {
    const first = await withAccounts(({ cookieKeys, signingKeys }) => ({ cookieKeys, signingKeys }));
    const second = await withAccounts(({ cookieKeys, signingKeys }) => ({ cookieKeys, signingKeys }));

    expect(second).toEqual(first);
    expect(first.cookieKeys.map((key) => Buffer.from(key, "base64url").length)).toEqual([32]);
  });

  test("a new one takes the old one's place while the old one still counts", async () => {
    await withAccounts(() => undefined);
    const kept = JSON.parse(readFileSync(file(), "utf8"));
    const [{ kid }] = kept.signingKeys;
    const newer = { cookieKeys: ["n".repeat(43)], signingKeys: [{ ...kept.signingKeys[0], kid: "newer" }] };
    writeFileSync(
      file(),
      JSON.stringify({
        ...kept,
        cookieKeys: [...newer.cookieKeys, ...kept.cookieKeys],
        signingKeys: [...newer.signingKeys, ...kept.signingKeys],
      }),
    );

    await withAccounts(({ cookieKeys, signingKeys }) => {
      expect(cookieKeys).toEqual([...newer.cookieKeys, ...kept.cookieKeys]);
      expect(signingKeys.map((key) => key["kid"])).toEqual(["newer", kid]);
    });
  });

  test("a shorter one is refused at the start, naming the file, and nothing is made anew", async () => {
    await withAccounts(() => undefined);
    const weak = { ...JSON.parse(readFileSync(file(), "utf8")), cookieKeys: ["hunter2"] };
    writeFileSync(file(), JSON.stringify(weak));

    await expect(withAccounts(() => undefined)).rejects.toThrow(/identity\.json does not hold/);
    expect(JSON.parse(readFileSync(file(), "utf8"))).toEqual(weak);
  });
});

test("S-06: from the fifth wrong password on each costs a wait that doubles, whoever it is", () => {
  const tries = countTries();
  const waits: number[] = [];
  let nowMs = 0;
  for (let count = 0; count < 8; count++) {
    tries.wrong("ann@example.com", nowMs);
    const from = nowMs;
    while (tries.isLocked("ann@example.com", nowMs)) nowMs += 1_000;
    waits.push(nowMs - from);
  }

  expect(waits).toEqual([0, 0, 0, 0, 30_000, 60_000, 120_000, 240_000]);
  expect(tries.isLocked("eve@example.com", 0)).toBe(false);
  tries.right("ann@example.com");
  tries.wrong("ann@example.com", nowMs);
  expect(tries.isLocked("ann@example.com", nowMs)).toBe(false);
});

test("S-70: whatever stands in an address or a name is text on the page, which runs and loads nothing", () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
  const pages = [
    signInPage({ action: hostile, email: hostile, invited: false, problem: hostile }),
    signInPage({ action: "/idp/interaction/a", email: hostile, name: hostile, invited: true }),
    stoppedPage(hostile),
    passwordPage({ email: hostile, problem: hostile }),
  ];

  for (const page of pages) expect(page).not.toMatch(/<script|<img/);
  expect(pagePolicy).toContain("default-src 'none'");
  expect(pagePolicy).not.toMatch(/unsafe|script-src/);
});
