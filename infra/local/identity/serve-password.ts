import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { readForm, showPage } from "./exchange.ts";
import { passwordChangedPage, passwordPage } from "./page.ts";
import { type PasswordDeps, refusal, tooShort, tryPassword } from "./password.ts";

interface ChangeDeps extends PasswordDeps {
  /** Ends whatever rests on the sign-ins of an account. */
  withdraw(subject: string): void;
}

const Form = z.object({
  email: z.string().trim().toLowerCase().max(254),
  password: z.string().max(200),
  next: z.string().max(200),
  again: z.string().max(200),
});
type Form = z.infer<typeof Form>;

/** Shows the page where a person changes its password, and takes what is filled in there. */
export async function servePassword(
  request: IncomingMessage,
  response: ServerResponse,
  deps: ChangeDeps,
): Promise<void> {
  if (request.method !== "POST") return showPage(response, 200, passwordPage({}));
  const form = await readForm(request, Form);
  const problem = form ? await changePassword(form, deps) : refusal;
  if (problem === undefined) return showPage(response, 200, passwordChangedPage());
  showPage(response, 401, passwordPage({ email: form?.email ?? "", problem }));
}

/** Undefined once the new password counts, and the old one and every sign-in by it no more; else why not. */
async function changePassword(form: Form, deps: ChangeDeps): Promise<string | undefined> {
  const { next, again } = form;
  const problem = tooShort(next) ?? (next === again ? undefined : "The new passwords are not the same.");
  if (problem) return problem;
  const account = await tryPassword(form, deps);
  if (!account) return refusal;
  const isSet = await deps.accounts.setPassword(account, next, () => deps.withdraw(account.subject));
  return isSet ? undefined : refusal;
}
