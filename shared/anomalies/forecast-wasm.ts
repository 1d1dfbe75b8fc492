import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The forecaster's compiled code. Where functions are bundled, the bundle holds it instead of this file. */
export function forecastWasm(): Uint8Array {
  const { resolve } = createRequire(import.meta.url);
  return readFileSync(resolve("@bsull/augurs/mstl").replace(/\.js$/, "_bg.wasm"));
}
