/**
 * fauxqs' own parts. Its `startFauxqs` listens on every network interface, which a laptop must not, so the
 * pieces it is made of are put together here instead; its package exports name only the whole.
 */
export { buildApp } from "fauxqs";
export { PersistenceManager } from "../../../node_modules/fauxqs/dist/persistence.js";
export { S3Store } from "../../../node_modules/fauxqs/dist/s3/s3Store.js";
export { SnsStore } from "../../../node_modules/fauxqs/dist/sns/snsStore.js";
export { type SqsQueue, SqsStore } from "../../../node_modules/fauxqs/dist/sqs/sqsStore.js";
