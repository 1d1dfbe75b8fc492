import type { NotificationKind } from "../../../events/notifications.ts";
import type { IncidentFacts } from "../delivery.ts";
import type { FoldedLine } from "../fold-store.ts";

/** What one message says, before a channel puts it in its own form. */
export interface Message {
  /** Stays the same for every attempt, so that a receiver can recognise a repeat. */
  deliveryId: string;
  tenantId: string;
  kind: NotificationKind;
  /** The moment of this attempt, ms. */
  atMs: number;
  /** The dashboard's page about it, or null where the installation has no address. */
  link: string | null;
  body:
    | { about: "incident"; facts: IncidentFacts }
    | { about: "digest"; because: string; lines: readonly FoldedLine[] }
    | { about: "test"; channelName: string };
}

export type SendOutcome =
  | { kind: "accepted"; status: number | null }
  /** The far end named the time to come back. */
  | { kind: "wait"; status: number; waitMs: number; reason: string }
  | { kind: "retry"; status: number | null; reason: string; detail?: string }
  | { kind: "rejected"; status: number | null; reason: string; detail?: string };
