import { type Account, type Accounts, shortestPassword } from "./accounts.ts";
import type { Tries } from "./tries.ts";

export interface PasswordDeps {
  accounts: Accounts;
  tries: Tries;
  now(): number;
}

/** One text for an address nobody has, a wrong password, and too many tries. */
export const refusal =
  "That address and password do not fit, or there were too many tries. Check both, wait a minute, and try again.";

/**
 * The account, if the password is right and no wait is on the address. The password is checked even where the
 * answer is no already, so that the time says nothing.
 */
export async function tryPassword(
  { email, password }: { email: string; password: string },
  { accounts, tries, now }: PasswordDeps,
): Promise<Account | undefined> {
  const isLocked = tries.isLocked(email, now());
  const account = await accounts.check(email, password);
  if (isLocked || !account) {
    tries.wrong(email, now());
    return undefined;
  }
  tries.right(email);
  return account;
}

/** Why a password that a person chose will not do, or undefined. */
export function tooShort(password: string): string | undefined {
  if (password.length >= shortestPassword) return undefined;
  return `The password has ${password.length} characters; ${shortestPassword} or more will do.`;
}
