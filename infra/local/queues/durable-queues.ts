import type { DatabaseSync, StatementSync } from "node:sqlite";
import { PersistenceManager } from "./fauxqs-parts.ts";

/**
 * fauxqs' SQLite file, with what the runtime promises: each group of changes is one transaction, a message
 * that a dead process had in hand is free at once, and one that was put off stays put off.
 */
export class DurableQueues extends PersistenceManager {
  readonly #db: DatabaseSync;
  readonly #inHand: StatementSync;
  readonly #ready: StatementSync;

  constructor(folder: string) {
    super(folder);
    // Typed as private, yet the only way to this connection.
    this.#db = (this as unknown as { db: DatabaseSync }).db;
    // What a process wrote before it was killed is the kernel's; only a power loss can cost the last moments.
    this.#db.exec("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;");
    this.#db.exec("UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL");
    this.#inHand = this.#db.prepare(
      `UPDATE sqs_messages SET
         delay_until = CASE WHEN receipt_handle = ?1 THEN ?2 ELSE NULL END,
         receipt_handle = ?1, visibility_deadline = ?2,
         approximate_receive_count = ?3, approximate_first_receive_timestamp = ?4
       WHERE message_id = ?5`,
    );
    this.#ready = this.#db.prepare(
      "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
    );
  }

  /** All of `change` or, after a kill in the middle, nothing of it. */
  atomically<T>(change: () => T): T {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const result = change();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** A second call for the same receipt is a change of visibility: the message waits, whoever is killed. */
  override updateMessageInflight(
    messageId: string,
    receiptHandle: string,
    visibilityDeadline: number,
    receiveCount: number,
    firstReceiveTimestamp: number | undefined,
  ): void {
    this.#inHand.run(
      receiptHandle,
      visibilityDeadline,
      receiveCount,
      firstReceiveTimestamp ?? null,
      messageId,
    );
  }

  override updateMessageReady(messageId: string): void {
    this.#ready.run(messageId);
  }
}
