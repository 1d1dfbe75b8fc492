import type { IncomingMessage, ServerResponse } from "node:http";
import { nowMs } from "../../../shared/platform/clock.ts";
import { lazily } from "../../../shared/platform/lambda/lazily.ts";
import type { Accounts } from "./accounts.ts";
import type { Kept } from "./kept.ts";
import { identityPath, passwordPath } from "./place.ts";
import { servePassword } from "./serve-password.ts";
import { countTries } from "./tries.ts";

interface IdentitySettings {
  url: string;
  accounts: Accounts;
  kept: Kept;
  invitedEmail(token: string): Promise<string | undefined>;
}

/**
 * The sign-in provider under /idp; answers false for any other request. It is loaded at the first sign-in, as
 * the address that `npm start` prints needs none.
 */
export function makeIdentity({ url, accounts, kept, invitedEmail }: IdentitySettings) {
  const tries = countTries();
  const load = lazily(async () => {
    const [{ makeProvider }, { serveInteraction }] = await Promise.all([
      import("./provider.ts"),
      import("./interaction.ts"),
    ]);
    const provider = makeProvider(url, accounts, kept);
    return { provider, answer: provider.callback(), serveInteraction };
  });

  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const asked = request.url ?? "/";
    if (!asked.startsWith(`${identityPath}/`)) return false;
    const knocking = { accounts, tries, now: nowMs };
    if (asked === passwordPath) {
      await servePassword(request, response, { ...knocking, withdraw: kept.withdraw });
      return true;
    }
    const { provider, answer, serveInteraction } = await load();
    if (asked.startsWith(`${identityPath}/interaction/`)) {
      await serveInteraction(request, response, { ...knocking, provider, invitedEmail });
      return true;
    }
    // How the provider learns where it is mounted.
    Object.assign(request, { originalUrl: asked, url: asked.slice(identityPath.length) });
    await answer(request, response);
    return true;
  };
}
