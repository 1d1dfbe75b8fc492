import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import { z } from "zod";
import type { Account, Accounts } from "./accounts.ts";
import { readForm, showPage } from "./exchange.ts";
import { type SignInPage, signInPage, stoppedPage } from "./page.ts";
import { type PasswordDeps, refusal, tooShort, tryPassword } from "./password.ts";

export interface InteractionDeps extends PasswordDeps {
  provider: Provider;
  /** Whom an invitation's token is for, as long as it can be accepted. */
  invitedEmail(token: string): Promise<string | undefined>;
}

const Form = z.object({
  email: z.string().trim().toLowerCase().max(254),
  password: z.string().max(200),
  name: z.string().trim().max(80).default(""),
});
type Form = z.infer<typeof Form>;

/** Shows the sign-in page and takes what is filled in there. */
export async function serveInteraction(
  request: IncomingMessage,
  response: ServerResponse,
  deps: InteractionDeps,
): Promise<void> {
  const { provider, accounts } = deps;
  const details = await provider.interactionDetails(request, response).catch(() => undefined);
  if (!details) {
    return showPage(
      response,
      400,
      stoppedPage("It was begun in another browser, or more than ten minutes ago."),
    );
  }
  const { login_hint: hint, invitation } = details.params as Record<string, string | undefined>;
  const invitedEmail = invitation ? await deps.invitedEmail(invitation) : undefined;
  const invited = invitedEmail !== undefined && !accounts.has(invitedEmail);
  const page = { action: request.url ?? "", email: invitedEmail ?? hint ?? "", invited };
  if (request.method !== "POST") return showPage(response, 200, signInPage(page));

  const form = (await readForm(request, Form)) ?? { email: "", password: "", name: "" };
  const outcome = invited ? await join(form, invitedEmail, accounts) : await signIn(form, deps);
  if ("problem" in outcome) {
    const filled: SignInPage = { ...page, email: page.email || form.email, name: form.name, ...outcome };
    return showPage(response, 401, signInPage(filled));
  }
  await provider.interactionFinished(request, response, { login: { accountId: outcome.subject } });
}

type Outcome = Account | { problem: string };

async function signIn(form: Form, deps: InteractionDeps): Promise<Outcome> {
  return (await tryPassword(form, deps)) ?? { problem: refusal };
}

async function join({ password, name }: Form, email: string, accounts: Accounts): Promise<Outcome> {
  if (name === "") return { problem: "Say what the others shall call you." };
  const problem = tooShort(password);
  return problem ? { problem } : accounts.add(email, name, password);
}
