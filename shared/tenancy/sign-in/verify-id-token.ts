import { createRemoteJWKSet, customFetch, decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import { Unauthenticated, Unavailable } from "../../platform/errors.ts";
import { hasDuplicateMembers } from "./json-members.ts";
import { smallFetch } from "./small-fetch.ts";
import { isRocaModulus } from "./weak-key.ts";

export interface IdTokenRules {
  issuer: string;
  clientId: string;
  jwksUri: string;
  fetch: typeof fetch;
}

/** Signatures with a public key alone; whoever can verify must not be able to sign. */
export const allowedAlgorithms = ["RS256", "PS256", "ES256", "EdDSA"];
const mostTokenBytes = 8_192;
const leewayS = 60;
const timeoutMs = 5_000;
/** What names or brings the key itself, or asks for rules we do not know. */
const refusedHeaders = ["jwk", "jku", "x5u", "x5c", "crit"];

const PublicKey = z.looseObject({ kty: z.enum(["RSA", "EC", "OKP"]), n: z.string().optional() });
const KeySet = z.looseObject({ keys: z.array(PublicKey).min(1).max(50) });

/**
 * Checks ID tokens of one issuer for one client: signature by a key of the issuer's set and a fixed list of
 * algorithms, iss, aud, azp, exp, iat and nbf within a minute, no member twice, at most 8 KB.
 * Throws Unauthenticated with one text for every way to be wrong, and Unavailable where the keys cannot be had.
 */
export function makeVerifyIdToken({ issuer, clientId, jwksUri, fetch }: IdTokenRules) {
  const small = smallFetch(fetch);
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: timeoutMs,
    [customFetch]: async (url, init) => checkedKeySet(await small(url, init)),
  });

  return async (token: string, nowMs: number): Promise<JWTPayload> => {
    refuseOddForm(token);
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: allowedAlgorithms,
        issuer,
        audience: clientId,
        clockTolerance: leewayS,
        currentDate: new Date(nowMs),
        requiredClaims: ["iss", "sub", "aud", "exp", "iat"],
      });
      if (payload["azp"] !== undefined && payload["azp"] !== clientId) throw notValid("azp");
      if ((payload.iat ?? 0) > nowMs / 1000 + leewayS) throw notValid("iat");
      return payload;
    } catch (error) {
      if (error instanceof Unavailable || error instanceof Unauthenticated) throw error;
      const code = (error as { code?: string }).code ?? "";
      if (code === "ERR_JWKS_TIMEOUT" || error instanceof TypeError) {
        throw new Unavailable("The sign-in provider's keys could not be read; try again shortly.", 5, error);
      }
      throw notValid(code);
    }
  };
}

/** What must be refused before a library reads it. */
function refuseOddForm(token: string): void {
  if (Buffer.byteLength(token) > mostTokenBytes) throw notValid("size");
  const [header = "", payload = ""] = token.split(".");
  for (const part of [header, payload]) {
    if (hasDuplicateMembers(Buffer.from(part, "base64url").toString("utf8"))) throw notValid("members");
  }
  const { typ, ...rest } = readHeader(token);
  if (typ !== undefined && String(typ).toUpperCase() !== "JWT") throw notValid("typ");
  if (refusedHeaders.some((name) => name in rest)) throw notValid("header");
}

function readHeader(token: string) {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw notValid("header");
  }
}

/** A set that mixes in secrets, or holds a key that can be factored, is not one to trust any key of. */
async function checkedKeySet(response: Response): Promise<Response> {
  if (!response.ok)
    throw new Unavailable("The sign-in provider's keys could not be read; try again shortly.");
  const text = await response.text();
  const set = KeySet.safeParse(JSON.parse(text));
  if (!set.success || set.data.keys.some(({ n }) => n !== undefined && isRocaModulus(n))) {
    throw notValid("key set");
  }
  return new Response(text, { status: 200, headers: { "content-type": "application/json" } });
}

function notValid(reason: string): Unauthenticated {
  const error = new Unauthenticated("The sign-in provider's answer cannot be trusted; sign in again.");
  error.cause = reason;
  return error;
}
