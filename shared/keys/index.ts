export { createKey, type KeyDeps, revokeKey, rotateKey } from "./change-keys.ts";
export { listKeys, type ReadKeyDeps, readKey } from "./list-keys.ts";
export { isAccepted } from "./show-key.ts";
