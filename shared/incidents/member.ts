import { z } from "zod";
import type { AlertSignal } from "./alert-signal.ts";
import { IncidentAlert } from "./schemas.ts";
import { isGraver } from "./severity.ts";

/** An alert inside its incident, with the event its facts come from. */
export const Member = IncidentAlert.extend({ eventId: z.string(), eventAt: z.iso.datetime() });
export type Member = z.infer<typeof Member>;

/**
 * What the alert looks like after the signal. A join in the sense of a lattice: the later episode (`startedAt`)
 * stands; within one, a resolution is final and the newest event gives the facts. So any order, any repetition
 * of the same signals ends in the same member.
 */
export function mergeSignal(member: Member | undefined, signal: AlertSignal): Member {
  const said = toMember(signal);
  if (!member || said.startedAt > member.startedAt) return said;
  if (said.startedAt < member.startedAt) return member;
  const resolvedAt = later(member.resolvedAt, said.resolvedAt);
  const facts = stamp(said) > stamp(member) ? said : member;
  return { ...facts, resolvedAt, firing: resolvedAt === null };
}

/** The member after all of them; at least one where there was no member. */
export function mergeSignals(member: Member | undefined, [first, ...others]: Signals): Member {
  return others.reduce<Member>(mergeSignal, mergeSignal(member, first));
}
/** What arrived about one alert, in no order. */
export type Signals = [AlertSignal, ...AlertSignal[]];

export type MemberChange =
  | "none"
  | "joined"
  /** A new episode of an alert the incident knew. */
  | "restarted"
  | "resolved"
  | "escalated"
  | "lowered"
  /** Newer facts, same severity, same firing. */
  | "refreshed";

/** Names what a merge did. */
export function changeOf(before: Member | undefined, after: Member): MemberChange {
  if (!before) return "joined";
  if (before === after) return "none";
  if (after.startedAt > before.startedAt) return "restarted";
  if (before.firing && !after.firing) return "resolved";
  if (stamp(before) === stamp(after)) return "none";
  if (after.firing && isGraver(after.severity, before.severity)) return "escalated";
  if (after.firing && isGraver(before.severity, after.severity)) return "lowered";
  return "refreshed";
}

function toMember(signal: AlertSignal): Member {
  return { ...signal, firing: signal.resolvedAt === null };
}

/** Orders the events of one episode. */
function stamp(member: Member): string {
  return `${member.eventAt}|${member.eventId}`;
}

function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
