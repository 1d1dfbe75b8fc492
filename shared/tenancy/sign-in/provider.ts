import * as oidc from "openid-client";
import { z } from "zod";
import { Unauthenticated, Unavailable } from "../../platform/errors.ts";
import type { Claims } from "../admit-person.ts";
import type { Attempt } from "../attempt-store.ts";
import { smallFetch } from "./small-fetch.ts";
import { makeVerifyIdToken } from "./verify-id-token.ts";

export interface ProviderSettings {
  issuer: string;
  clientId: string;
  /** Undefined for a public client, which PKCE alone protects. */
  clientSecret: string | undefined;
  /** `https://…/session/callback` */
  redirectUri: string;
  scope: string;
  /** The issuer's people are the installation's own, so their addresses count though it does not say so. */
  trustsEmail: boolean;
  fetch?: typeof fetch;
}

const timeoutS = 8;

const IdClaims = z.object({
  sub: z.string().min(1).max(255),
  email: z.email().max(254).optional(),
  /** Cognito says it as text. */
  email_verified: z.union([z.boolean(), z.stringbool()]).optional(),
  name: z.string().max(200).optional(),
});

/**
 * The OpenID provider people sign in at: code flow with PKCE, by a certified client; what it says of a person is
 * believed after our own check of the ID token. Throws Unavailable where it does not answer.
 */
export async function openProvider(settings: ProviderSettings) {
  const { issuer, clientId, clientSecret, redirectUri, scope } = settings;
  const reach = settings.fetch ?? fetch;
  const isOnThisMachine = /^http:\/\/127\.0\.0\.1[:/]/.test(issuer);
  const config = await oidc
    .discovery(
      new URL(issuer),
      clientId,
      {},
      clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
      {
        timeout: timeoutS,
        execute: isOnThisMachine ? [oidc.allowInsecureRequests] : [],
        [oidc.customFetch]: smallFetch(reach) as oidc.CustomFetch,
      },
    )
    .catch(notReached);
  const { jwks_uri: jwksUri } = config.serverMetadata();
  if (!jwksUri) throw new Unavailable("The sign-in provider does not say where its keys are.");
  const verify = makeVerifyIdToken({
    issuer: config.serverMetadata().issuer,
    clientId,
    jwksUri,
    fetch: reach,
  });

  return {
    /** Where to send the browser, and what it has to come back with. */
    async begin(returnTo: string, hints: Record<string, string>): Promise<{ url: string; attempt: Attempt }> {
      const attempt: Attempt = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        codeVerifier: oidc.randomPKCECodeVerifier(),
        returnTo,
      };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: "S256",
        ...hints,
      });
      return { url: url.href, attempt };
    },

    /** Trades the code that came back for who it is. Throws Unauthenticated for an answer to no question of ours. */
    async finish(
      query: Readonly<Record<string, string>>,
      { state, nonce, codeVerifier }: Attempt,
      nowMs: number,
    ): Promise<{ claims: Claims; refreshToken: string | null }> {
      const came = new URL(redirectUri);
      for (const [name, value] of Object.entries(query)) came.searchParams.set(name, value);
      const tokens = await oidc
        .authorizationCodeGrant(config, came, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        })
        .catch(refused);
      const claims = await readClaims(tokens.id_token ?? "", nowMs);
      return { claims, refreshToken: tokens.refresh_token ?? null };
    },

    /** Whether the provider still stands by the person, with the refresh token for the next time. */
    async vouch(refreshToken: string): Promise<{ kind: "yes"; refreshToken: string } | { kind: "refused" }> {
      try {
        const tokens = await oidc.refreshTokenGrant(config, refreshToken);
        return { kind: "yes", refreshToken: tokens.refresh_token ?? refreshToken };
      } catch (error) {
        if (error instanceof oidc.ResponseBodyError && error.error === "invalid_grant") {
          return { kind: "refused" };
        }
        throw error;
      }
    },
  };

  async function readClaims(idToken: string, nowMs: number): Promise<Claims> {
    const parsed = IdClaims.safeParse(await verify(idToken, nowMs));
    if (!parsed.success) {
      throw new Unauthenticated("The sign-in provider says too little of you; sign in again.");
    }
    const { sub, email, email_verified: isVerified, name } = parsed.data;
    const counts = isVerified === true || settings.trustsEmail;
    return {
      issuer: config.serverMetadata().issuer,
      subject: sub,
      verifiedEmail: counts ? email?.toLowerCase() : undefined,
      name: name?.trim() || (email ?? sub),
    };
  }
}

const noAnswer = ["OAUTH_TIMEOUT", "OAUTH_ABORT", "OAUTH_RESPONSE_IS_NOT_CONFORM"];

/** What the provider refuses is the person's to try again; that it does not answer is nobody's fault here. */
function refused(error: unknown): never {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof TypeError || noAnswer.includes(code)) return notReached(error);
  const failure = new Unauthenticated("The sign-in was not completed; begin again.");
  failure.cause = error;
  throw failure;
}

function notReached(error: unknown): never {
  throw new Unavailable("The sign-in provider does not answer just now; try again shortly.", 5, error);
}
