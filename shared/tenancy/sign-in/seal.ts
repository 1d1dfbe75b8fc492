import { hkdfSync } from "node:crypto";
import { CompactEncrypt, compactDecrypt } from "jose";

/**
 * Keeps a provider's refresh token so that the database alone cannot open it: the key follows from the refresh
 * cookie's secret, of which only a hash is stored.
 */
export async function seal(text: string, cookie: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .encrypt(keyOf(cookie));
}

/** Undefined where the cookie is not the one it was sealed for. */
export async function unseal(sealed: string, cookie: string): Promise<string | undefined> {
  try {
    const { plaintext } = await compactDecrypt(sealed, keyOf(cookie), {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    return new TextDecoder().decode(plaintext);
  } catch {
    return undefined;
  }
}

function keyOf(cookie: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", cookie, "", "sentinelops provider token", 32));
}
