import Provider, { type Configuration } from "oidc-provider";
import type { Accounts } from "./accounts.ts";
import type { Kept } from "./kept.ts";
import { pagePolicy, stoppedPage } from "./page.ts";
import { identityClientId, identityPath } from "./place.ts";

/** Who has just signed in here need not again for a moment; signing out of the dashboard is soon signing out. */
const sessionS = 60;
const attemptS = 600;
/** A session of the dashboard ends after a week, whatever this would still say. */
const standingS = 8 * 24 * 3_600;

/**
 * The certified provider, for the dashboard of this machine alone. With the refresh token it gives, the dashboard
 * asks at each refresh of a session whether the sign-in still stands.
 */
export function makeProvider(url: string, accounts: Accounts, kept: Kept): Provider {
  const provider = new Provider(`${url}${identityPath}`, {
    adapter: kept.adapter,
    clients: [
      {
        client_id: identityClientId,
        token_endpoint_auth_method: "none",
        redirect_uris: [`${url}/session/callback`],
        response_types: ["code"],
        grant_types: ["authorization_code", "refresh_token"],
        id_token_signed_response_alg: "ES256",
      },
    ],
    pkce: { required: () => true },
    jwks: { keys: accounts.signingKeys } as NonNullable<Configuration["jwks"]>,
    cookies: {
      keys: [...accounts.cookieKeys],
      short: { path: identityPath, sameSite: "lax", httpOnly: true },
      long: { path: identityPath, sameSite: "lax", httpOnly: true },
    },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    // The dashboard reads the ID token and asks nothing else.
    conformIdTokenClaims: false,
    extraParams: ["invitation"],
    features: { devInteractions: { enabled: false }, userinfo: { enabled: false } },
    issueRefreshToken: async () => true,
    expiresWithSession: async () => false,
    // It never leaves the dashboard's back end, and lies there under a credential that works once.
    rotateRefreshToken: false,
    interactions: { url: (_ctx, { uid }) => `${identityPath}/interaction/${uid}` },
    ttl: {
      AuthorizationCode: 60,
      AccessToken: 60,
      IdToken: 300,
      Interaction: attemptS,
      Session: sessionS,
      Grant: standingS,
      RefreshToken: standingS,
    },
    findAccount: (_ctx, subject) => {
      const account = accounts.find(subject);
      if (!account) return undefined;
      const { email, name } = account;
      // Whoever has the password of an address here got it from the administrator or by its invitation.
      return { accountId: subject, claims: () => ({ sub: subject, email, email_verified: true, name }) };
    },
    /** There is one client, and it is the provider's own house: nobody need be asked. */
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        accountId: oidc.session?.accountId ?? "",
        clientId: oidc.client?.clientId ?? "",
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
    renderError(ctx, out) {
      ctx.type = "html";
      ctx.set("content-security-policy", pagePolicy);
      ctx.body = stoppedPage(out.error_description ?? out.error);
    },
  });
  // Some of what it says it would let any page's script read; only our own server asks for that.
  provider.use(async (ctx, next) => {
    await next();
    const names = Object.keys(ctx.response.headers);
    for (const name of names) if (name.startsWith("access-control-")) ctx.remove(name);
  });
  return provider;
}
