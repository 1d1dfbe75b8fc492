import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** RE2's engine, loaded at the first pattern: a request seldom brings one, and it is a twelfth of a cold start. */
export function linearRegex(): typeof import("re2js").RE2JS {
  return require("re2js").RE2JS;
}
