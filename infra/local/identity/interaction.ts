import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type Provider from "oidc-provider";
import { z } from "zod";
import { securityHeaders } from "../http/security-headers.ts";
import { type Account, type Accounts, shortestPassword } from "./accounts.ts";
import { pagePolicy, type SignInPage, signInPage, stoppedPage } from "./page.ts";
import type { Tries } from "./tries.ts";

export interface InteractionDeps {
  provider: Provider;
  accounts: Accounts;
  tries: Tries;
  /** Whom an invitation's token is for, as long as it can be accepted. */
  invitedEmail(token: string): Promise<string | undefined>;
  now(): number;
}

const Form = z.object({
  email: z.string().trim().toLowerCase().max(254),
  password: z.string().max(200),
  name: z.string().trim().max(80).default(""),
});
type Form = z.infer<typeof Form>;

const mostFormBytes = 4_096;
/** One text for an address nobody has, a wrong password, and too many tries. */
const refusal =
  "That address and password do not fit, or there were too many tries. Check both, wait a minute, and try again.";

/** Shows the sign-in page and takes what is filled in there. */
export async function serveInteraction(
  request: IncomingMessage,
  response: ServerResponse,
  deps: InteractionDeps,
): Promise<void> {
  const { provider, accounts } = deps;
  const details = await provider.interactionDetails(request, response).catch(() => undefined);
  if (!details) {
    return show(response, 400, stoppedPage("It was begun in another browser, or more than ten minutes ago."));
  }
  const { login_hint: hint, invitation } = details.params as Record<string, string | undefined>;
  const invitedEmail = invitation ? await deps.invitedEmail(invitation) : undefined;
  const invited = invitedEmail !== undefined && !accounts.has(invitedEmail);
  const page = { action: request.url ?? "", email: invitedEmail ?? hint ?? "", invited };
  if (request.method !== "POST") return show(response, 200, signInPage(page));

  const form = await readForm(request);
  const outcome = invited ? await join(form, invitedEmail, accounts) : await signIn(form, deps);
  if ("problem" in outcome) {
    const filled: SignInPage = { ...page, email: page.email || form.email, name: form.name, ...outcome };
    return show(response, 401, signInPage(filled));
  }
  await provider.interactionFinished(request, response, { login: { accountId: outcome.subject } });
}

type Outcome = Account | { problem: string };

/** The password is checked even where the answer is no already, so that the time says nothing. */
async function signIn(
  { email, password }: Form,
  { accounts, tries, now }: InteractionDeps,
): Promise<Outcome> {
  const isLocked = tries.isLocked(email, now());
  const account = await accounts.check(email, password);
  if (isLocked || !account) {
    tries.wrong(email, now());
    return { problem: refusal };
  }
  tries.right(email);
  return account;
}

async function join({ password, name }: Form, email: string, accounts: Accounts): Promise<Outcome> {
  if (name === "") return { problem: "Say what the others shall call you." };
  if (password.length < shortestPassword) {
    return {
      problem: `The password has ${password.length} characters; ${shortestPassword} or more will do.`,
    };
  }
  return accounts.add(email, name, password);
}

async function readForm(request: IncomingMessage): Promise<Form> {
  const empty: Form = { email: "", password: "", name: "" };
  if (Number(request.headers["content-length"] ?? Number.NaN) <= mostFormBytes) {
    const sent = Object.fromEntries(new URLSearchParams(await text(request)));
    return Form.safeParse(sent).data ?? empty;
  }
  return empty;
}

function show(response: ServerResponse, status: number, page: string): void {
  response
    .writeHead(status, {
      ...securityHeaders,
      // Without a referrer a browser sends the form from the origin "null", which nobody may write from.
      "referrer-policy": "same-origin",
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": pagePolicy,
      "cache-control": "no-store",
    })
    .end(page);
}
