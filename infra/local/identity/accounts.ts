import {
  generateKeyPairSync,
  randomBytes,
  randomInt,
  randomUUID,
  scrypt,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";
import type { DataDir } from "../data-dir.ts";

const Account = z.object({
  subject: z.string(),
  email: z.string(),
  name: z.string(),
  salt: z.string(),
  /** scrypt of the password, hex. */
  hash: z.string(),
});
export type Account = Omit<z.infer<typeof Account>, "salt" | "hash">;

/** 32 bytes in base64url; less is no secret. */
const Secret = z.string().min(43);
const Identity = z.object({
  accounts: z.array(Account),
  /** Signs the provider's cookies; the first signs, the others still count. */
  cookieKeys: z.array(Secret).min(1),
  /** Signs ID tokens; the first signs, the others still verify. */
  signingKeys: z.array(z.record(z.string(), z.unknown())).min(1),
});
type Identity = z.infer<typeof Identity>;

/** 32 MB and some 60 ms a try: what a guess costs whoever has stolen the file. */
const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const hashBytes = 32;
const derive = promisify<string, Buffer, number, typeof cost, Buffer>(scrypt);
const file = "identity.json";
/** Without those that look alike. */
const passwordAlphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const passwordLength = 16;
export const shortestPassword = 12;

export type Accounts = Awaited<ReturnType<typeof openAccounts>>;

/**
 * The people of the laptop's sign-in provider and its keys, in one file of the data folder. The first start makes
 * the administrator; `firstPassword` is then its password, which cannot be had again.
 */
export async function openAccounts(dataDir: Pick<DataDir, "readFile" | "writeFile">, administrator: string) {
  const kept = dataDir.readFile(file, Identity);
  const firstPassword = kept ? undefined : newPassword();
  const identity: Identity = kept ?? { accounts: [], cookieKeys: [newSecret()], signingKeys: [newKey()] };
  const decoy = { salt: randomBytes(16).toString("hex"), hash: randomBytes(hashBytes).toString("hex") };

  const add = async (email: string, name: string, password: string): Promise<Account> => {
    const account = { subject: randomUUID(), email: email.toLowerCase(), name, ...(await hashed(password)) };
    identity.accounts.push(account);
    dataDir.writeFile(file, identity);
    return account;
  };
  const byEmail = (email: string) => identity.accounts.find((one) => one.email === email.toLowerCase());
  if (firstPassword !== undefined) await add(administrator, "Administrator", firstPassword);

  return {
    firstPassword,
    cookieKeys: identity.cookieKeys,
    signingKeys: identity.signingKeys,
    add,
    has: (email: string) => byEmail(email) !== undefined,
    find: (subject: string): Account | undefined => identity.accounts.find((one) => one.subject === subject),

    /** The account, if the password is right. An address nobody has takes as long to say no. */
    async check(email: string, password: string): Promise<Account | undefined> {
      const account = byEmail(email);
      const { salt, hash } = account ?? decoy;
      const given = await derive(password.slice(0, 200), Buffer.from(salt, "hex"), hashBytes, cost);
      const isRight = timingSafeEqual(given, Buffer.from(hash, "hex"));
      // Meanwhile another password may have come to count.
      return isRight && byEmail(email) === account ? account : undefined;
    },

    /**
     * Gives an account that `check` found another password; false where it was given one meanwhile. `withdraw` is
     * called right before, so that whoever stops this process in between leaves nobody signed in by a password
     * that does not count.
     */
    async setPassword(account: Account, password: string, withdraw: () => void): Promise<boolean> {
      const { subject, email, name } = account;
      const changed = { subject, email, name, ...(await hashed(password)) };
      if (byEmail(email) !== account) return false;
      withdraw();
      const accounts = identity.accounts.map((one) => (one === account ? changed : one));
      dataDir.writeFile(file, { ...identity, accounts });
      identity.accounts = accounts;
      return true;
    },
  };
}

async function hashed(password: string): Promise<{ salt: string; hash: string }> {
  const salt = randomBytes(16);
  const hash = await derive(password.slice(0, 200), salt, hashBytes, cost);
  return { salt: salt.toString("hex"), hash: hash.toString("hex") };
}

function newPassword(): string {
  const characters = Array.from({ length: passwordLength }, () =>
    passwordAlphabet.charAt(randomInt(passwordAlphabet.length)),
  );
  return characters.join("");
}

const newSecret = () => randomBytes(32).toString("base64url");

function newKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "ES256", use: "sig" };
}
