import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);

/** The compiled forecaster of that name. Where functions are bundled, the bundle holds it instead of this file. */
export function forecastWasm(name: "mstl" | "ets"): Uint8Array {
  return readFileSync(resolve(`@bsull/augurs/${name}`).replace(/\.js$/, "_bg.wasm"));
}
