/** Primes whose residues give a key of the flawed generator away. */
const primes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];
const generator = 65_537n;
const powers = primes.map((prime) => powersModulo(BigInt(prime)));

/**
 * Whether an RSA modulus (base64url) bears the fingerprint of ROCA, the generator whose keys can be factored:
 * modulo each small prime it is a power of 65537. Of sound keys one in 2^27 does.
 * Nemec, Sys, Svenda, Klinec, Matyas: The Return of Coppersmith's Attack (CCS 2017), CVE-2017-15361.
 */
export function isRocaModulus(modulus: string): boolean {
  const n = BigInt(`0x${Buffer.from(modulus, "base64url").toString("hex") || "0"}`);
  return primes.every((prime, i) => powers[i]?.has(n % BigInt(prime)));
}

function powersModulo(prime: bigint): Set<bigint> {
  const found = new Set<bigint>();
  for (let power = 1n % prime; !found.has(power); power = (power * generator) % prime) found.add(power);
  return found;
}
