import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { CompactSign, type JWTHeaderParameters, SignJWT } from "jose";
import { Unauthenticated, Unavailable } from "../../shared/platform/errors.ts";
import { hasDuplicateMembers } from "../../shared/tenancy/sign-in/json-members.ts";
import { safeReturnPath } from "../../shared/tenancy/sign-in/return-path.ts";
import { makeVerifyIdToken } from "../../shared/tenancy/sign-in/verify-id-token.ts";
import { isRocaModulus } from "../../shared/tenancy/sign-in/weak-key.ts";

const issuer = "https://idp.example";
const clientId = "dashboard";
const nowMs = Date.parse("2026-11-20T10:00:00Z");
const nowS = nowMs / 1000;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwkOf = (key: KeyObject, more: object) => ({ ...key.export({ format: "jwk" }), use: "sig", ...more });
const goodKeys = [
  jwkOf(rsa.publicKey, { kid: "r", alg: "RS256" }),
  jwkOf(ec.publicKey, { kid: "e", alg: "ES256" }),
];

function verifier(keys: object[] = goodKeys, status = 200) {
  const asked: string[] = [];
  const fetch = async (url: string | URL | Request) => {
    asked.push(String(url));
    return new Response(JSON.stringify({ keys }), { status });
  };
  const verify = makeVerifyIdToken({
    issuer,
    clientId,
    jwksUri: `${issuer}/jwks`,
    fetch: fetch as typeof globalThis.fetch,
  });
  return { verify: (token: string) => verify(token, nowMs), asked };
}

const goodClaims = { iss: issuer, aud: clientId, sub: "ann", exp: nowS + 300, iat: nowS };
function sign(
  claims: Record<string, unknown> = goodClaims,
  header: JWTHeaderParameters = { alg: "RS256", kid: "r" },
  key: KeyObject | Uint8Array = rsa.privateKey,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key);
}
/** The same bytes signed as they stand, for payloads no library would make. */
const signText = (payload: string) =>
  new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: "RS256", kid: "r" })
    .sign(rsa.privateKey);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

test("a sound token of the issuer is believed", async () => {
  const { verify } = verifier();

  expect(await verify(await sign())).toMatchObject({ sub: "ann" });
  expect(await verify(await sign(goodClaims, { alg: "ES256", kid: "e" }, ec.privateKey))).toMatchObject({
    sub: "ann",
  });
});

describe("S-32: the algorithm is ours to say", () => {
  const publicPem = Buffer.from(String(rsa.publicKey.export({ type: "spki", format: "pem" })));
  const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const cases: [string, () => Promise<string> | string][] = [
    ["none", () => `${part({ alg: "none" })}.${part(goodClaims)}.`],
    [
      "HS256 with the public key as the secret",
      () => sign(goodClaims, { alg: "HS256", kid: "r" }, publicPem),
    ],
    ["RS512, which is not on the list", () => sign(goodClaims, { alg: "RS512", kid: "r" })],
    ["an algorithm nobody knows", () => `${part({ alg: "XX1", kid: "r" })}.${part(goodClaims)}.AAAA`],
    [
      "a key in the header",
      () =>
        sign(
          goodClaims,
          { alg: "RS256", jwk: own.publicKey.export({ format: "jwk" }) as never },
          own.privateKey,
        ),
    ],
    [
      "a key set's address in the header",
      () => sign(goodClaims, { alg: "RS256", kid: "r", jku: "https://evil.example" }),
    ],
    [
      "a certificate's address in the header",
      () => sign(goodClaims, { alg: "RS256", kid: "r", x5u: "https://evil.example" }),
    ],
    ["another key under a known name", () => sign(goodClaims, { alg: "RS256", kid: "r" }, own.privateKey)],
    ["a name of no key", () => sign(goodClaims, { alg: "RS256", kid: "who" })],
  ];

  test.each(cases)("%s is refused", async (_what, make) => {
    const { verify, asked } = verifier();

    await expect(verify(await make())).rejects.toBeInstanceOf(Unauthenticated);
    expect(asked.every((url) => url === `${issuer}/jwks`)).toBe(true);
  });

  test("a set that mixes a secret among public keys is refused whole", async () => {
    const mixed = [...goodKeys, { kty: "oct", kid: "s", k: randomBytes(32).toString("base64url") }];

    await expect(verifier(mixed).verify(await sign())).rejects.toBeInstanceOf(Unauthenticated);
  });

  test("a key with the fingerprint of ROCA is refused, sound ones are not", async () => {
    // Modulo each of the primes a power of 65537, as the flawed generator makes its primes.
    const primorial = [
      3n,
      5n,
      7n,
      11n,
      13n,
      17n,
      19n,
      23n,
      29n,
      31n,
      37n,
      41n,
      43n,
      47n,
      53n,
      59n,
      61n,
      67n,
      71n,
    ]
      .concat([
        73n,
        79n,
        83n,
        89n,
        97n,
        101n,
        103n,
        107n,
        109n,
        113n,
        127n,
        131n,
        137n,
        139n,
        149n,
        151n,
        157n,
      ])
      .concat([163n, 167n])
      .reduce((product, prime) => product * prime, 1n);
    const flawed = (12_345n * primorial + 65_537n ** 3n) * (54_321n * primorial + 65_537n ** 5n);
    const hex = flawed.toString(16);
    const modulus = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex").toString(
      "base64url",
    );

    expect(isRocaModulus(modulus)).toBe(true);
    const weak = {
      ...rsa.publicKey.export({ format: "jwk" }),
      n: modulus,
      use: "sig",
      kid: "weak",
      alg: "RS256",
    };
    await expect(verifier([...goodKeys, weak]).verify(await sign())).rejects.toBeInstanceOf(Unauthenticated);
    expect(isRocaModulus(String(rsa.publicKey.export({ format: "jwk" }).n))).toBe(false);
  });
});

describe("S-33: what a token has to say", () => {
  const without = (name: string) =>
    Object.fromEntries(Object.entries(goodClaims).filter(([key]) => key !== name));
  test.each<[string, Record<string, unknown>, boolean]>([
    ["no exp", without("exp"), false],
    ["no sub", without("sub"), false],
    ["no iat", without("iat"), false],
    ["no issuer", without("iss"), false],
    ["no audience", without("aud"), false],
    ["another issuer", { ...goodClaims, iss: "https://evil.example" }, false],
    ["the issuer with a slash", { ...goodClaims, iss: `${issuer}/` }, false],
    ["another audience", { ...goodClaims, aud: "other" }, false],
    ["an authorised party that is another", { ...goodClaims, aud: [clientId, "other"], azp: "other" }, false],
    ["over for 59 s", { ...goodClaims, exp: nowS - 59 }, true],
    ["over for 61 s", { ...goodClaims, exp: nowS - 61 }, false],
    ["not valid for another 59 s", { ...goodClaims, nbf: nowS + 59 }, true],
    ["not valid for another 61 s", { ...goodClaims, nbf: nowS + 61 }, false],
    ["made in 61 s", { ...goodClaims, iat: nowS + 61 }, false],
  ])("%s", async (_what, claims, isBelieved) => {
    const verifying = verifier().verify(await sign(claims));

    if (isBelieved) expect(await verifying).toMatchObject({ sub: "ann" });
    else await expect(verifying).rejects.toBeInstanceOf(Unauthenticated);
  });

  test.each(["at+jwt", "logout+jwt", "JOSE"])("a token that says it is %s is no ID token", async (typ) => {
    const token = await sign(goodClaims, { alg: "RS256", kid: "r", typ });

    await expect(verifier().verify(token)).rejects.toBeInstanceOf(Unauthenticated);
  });
});

describe("S-37: form", () => {
  test("a member named twice is refused, in the payload and in the header", async () => {
    const { verify } = verifier();
    const twice = `{"sub":"eve",${JSON.stringify(goodClaims).slice(1)}`;

    await expect(verify(await signText(twice))).rejects.toBeInstanceOf(Unauthenticated);
    expect(await verify(await signText(JSON.stringify(goodClaims)))).toMatchObject({ sub: "ann" });
    const header = Buffer.from('{"alg":"RS256","alg":"none","kid":"r"}').toString("base64url");
    await expect(verify(`${header}.${part(goodClaims)}.AAAA`)).rejects.toBeInstanceOf(Unauthenticated);
  });

  test("8 KB is the most", async () => {
    const { verify } = verifier();
    const sized = (bytes: number) => sign({ ...goodClaims, pad: "x".repeat(bytes) });

    expect(await verify(await sized(5_000))).toMatchObject({ sub: "ann" });
    await expect(verify(await sized(8_192))).rejects.toBeInstanceOf(Unauthenticated);
  });

  test("whatever text stands in place of a token is refused as one that cannot be trusted", async () => {
    const { verify } = verifier();
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.base64String(), { maxLength: 4 }).map((parts) => parts.join(".")),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        await expect(verify(text)).rejects.toBeInstanceOf(Unauthenticated);
      }),
    );
  });

  test("JSON as any serializer writes it names no member twice; with one repeated it does", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(hasDuplicateMembers(JSON.stringify(JSON.parse(text)))).toBe(false);
      }),
    );
    for (const text of [
      '{"a":1,"a":2}',
      '{"a":{"b":1,"b":1}}',
      '[{"x":"}","y":[],"x":0}]',
      '{"a":1, "\\u0061" : 2}',
    ]) {
      expect(hasDuplicateMembers(text)).toBe(true);
    }
    expect(hasDuplicateMembers('{"a":{"a":1},"b":[{"a":"a\\":"},{"a":1}]}')).toBe(false);
  });
});

test("S-35: while one key takes another's place both count, each by its name, and no third does", async () => {
  const next = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const third = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { verify } = verifier([...goodKeys, jwkOf(next.publicKey, { kid: "next", alg: "RS256" })]);
  const signedBy = (kid: string, { privateKey }: typeof rsa) =>
    sign(goodClaims, { alg: "RS256", kid }, privateKey);

  await verify(await signedBy("r", rsa));
  await verify(await signedBy("next", next));
  for (const token of [signedBy("next", rsa), signedBy("next", third), signedBy("third", third)]) {
    await expect(verify(await token)).rejects.toBeInstanceOf(Unauthenticated);
  }
});

test("keys that cannot be had are no verdict on the token", async () => {
  await expect(verifier(goodKeys, 503).verify(await sign())).rejects.toBeInstanceOf(Unavailable);
});

describe("where a sign-in leads back to", () => {
  test.each([
    ["/incidents?state=open#top", "/incidents?state=open#top"],
    ["/", "/"],
    [undefined, "/"],
    ["", "/"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["/\t/evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    ["/..//evil.example", "/"],
    ["/session/callback?code=1", "/"],
    ["/a b", "/"],
  ])("%j → %s", (asked, path) => {
    expect(safeReturnPath(asked)).toBe(path);
  });

  test("never another origin, whatever was asked", () => {
    const pieces = fc.array(
      fc.constantFrom(
        "/",
        "\\",
        "..",
        ".",
        "//",
        "@",
        ":",
        "http:",
        "evil.example",
        "\t",
        "\n",
        "%2f",
        "?",
        "#",
        "a",
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const path = safeReturnPath(parts.join(""));
        expect(new URL(path, "https://so.example").origin).toBe("https://so.example");
      }),
    );
  });
});
