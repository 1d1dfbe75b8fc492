import type { Publish } from "../../platform/bus/publish.ts";
import { Invalid, Unauthenticated } from "../../platform/errors.ts";
import { lazily } from "../../platform/lambda/lazily.ts";
import type { Log } from "../../platform/log.ts";
import { admitPerson } from "../admit-person.ts";
import type { Vouching } from "../refresh-session.ts";
import type { StoredSession } from "../session-store.ts";
import { type NewSession, type SignedIn, startSession } from "../start-session.ts";
import type { TenancyStores } from "../stores.ts";
import { safeReturnPath } from "./return-path.ts";

export interface SignInSettings {
  /** Empty = nobody can sign in but by a link. */
  issuer: string;
  clientId: string;
  /** Undefined for a public client. */
  clientSecret(): Promise<string | undefined>;
  /** Where the dashboard is served, without a slash at the end. */
  dashboardUrl: string;
  scope: string;
  trustsEmail: boolean;
  /** The provider is our own and makes accounts for who brings an invitation. */
  showsInvitation: boolean;
}

interface SignInDeps extends TenancyStores {
  publish: Publish;
  log: Log;
}

type Circumstances = Omit<NewSession, "personId" | "personName" | "tenantId">;

/**
 * Signing in at the installation's provider. The client and what checks its tokens are loaded at the first
 * sign-in, as most requests of a function need neither.
 */
export function makeSignIn(settings: SignInSettings, deps: SignInDeps) {
  const redirectUri = `${settings.dashboardUrl}/session/callback`;
  const provider = lazily(async () => {
    const { openProvider } = await import("./provider.ts");
    return openProvider({ ...settings, redirectUri, clientSecret: await settings.clientSecret() });
  });
  const sealing = lazily(() => import("./seal.ts"));
  const { attempts, invitations, sessions, log } = deps;

  return {
    /** Where to send the browser, and the text of the cookie that it has to come back with. */
    async begin(
      asked: { returnTo?: string | undefined; invitation?: string | undefined },
      nowMs: number,
    ): Promise<{ url: string; attempt: string }> {
      if (settings.issuer === "") {
        throw new Invalid("This installation has no sign-in provider; use the sign-in link you were given.");
      }
      const hints = asked.invitation === undefined ? {} : await hintsOf(asked.invitation, nowMs);
      const { url, attempt } = await (await provider()).begin(safeReturnPath(asked.returnTo), hints);
      return { url, attempt: await attempts.begin(attempt, nowMs) };
    },

    /** What came back from the provider becomes a session. Throws Unauthenticated, Forbidden, Unavailable. */
    async finish(
      query: Readonly<Record<string, string>>,
      attemptText: string | undefined,
      circumstances: Circumstances,
    ): Promise<{ signedIn: SignedIn; returnTo: string }> {
      const { nowMs } = circumstances;
      const attempt = attemptText === undefined ? undefined : await attempts.take(attemptText, nowMs);
      if (!attempt) {
        throw new Unauthenticated("This sign-in was begun in another browser, or too long ago; begin again.");
      }
      const { claims, refreshToken } = await (await provider()).finish(query, attempt, nowMs);
      const admitted = await admitPerson(claims, circumstances, deps);
      const signedIn = await startSession({ ...admitted, ...circumstances }, sessions, (refresh) =>
        sealed(refreshToken, refresh),
      );
      return { signedIn, returnTo: attempt.returnTo };
    },

    /** Whether the provider still stands by who it signed in; a session that began with a link needs nobody's word. */
    async vouch({ providerToken }: StoredSession, refresh: string): Promise<Vouching> {
      if (providerToken === null) return { kind: "yes", seal: async () => null };
      const token = await (await sealing()).unseal(providerToken, refresh);
      if (token === undefined) return { kind: "refused" };
      try {
        const answer = await (await provider()).vouch(token);
        if (answer.kind === "refused") return answer;
        return { kind: "yes", seal: (next) => sealed(answer.refreshToken, next) };
      } catch (error) {
        log.warn("the sign-in provider could not be asked about a session", { error });
        return { kind: "yes", seal: (next) => sealed(token, next) };
      }
    },
  };

  async function hintsOf(token: string, nowMs: number): Promise<Record<string, string>> {
    const invitation = await invitations.findByToken(token, nowMs);
    if (!invitation) {
      throw new Unauthenticated("This invitation is not valid any more; ask for a new one.");
    }
    const shown: Record<string, string> = settings.showsInvitation ? { invitation: token } : {};
    return { login_hint: invitation.email, ...shown };
  }

  async function sealed(token: string | null, refresh: string): Promise<string | null> {
    return token === null ? null : (await sealing()).seal(token, refresh);
  }
}
