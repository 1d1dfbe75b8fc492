import type { Labels } from "../../events/alerts.ts";
import { projectOf } from "../platform/labels/project.ts";
import { callOf, entityOf, hostOf } from "./labels.ts";
import { longestProject } from "./schemas.ts";

/** What telemetry showed of one service, each with when it was last seen, ms. */
export interface Seen {
  hosts: Map<string, number>;
  callees: Map<string, number>;
  metrics: Map<string, number>;
}
/** By service, or by host where telemetry names no service. */
export type Observation = Map<string, Seen>;
/** By project: a series tells of its own alone, and what it calls is taken for one of the same. */
export type Observations = Map<string, Observation>;

/** What is not seen for a week is over. */
const forgetAfterMs = 7 * 86_400_000;
/** A longer text under a service's label is no name. */
const longestName = 200;
/** The latest seen stay; a service of more is told by these. */
const most = { hosts: 50, callees: 100, metrics: 400 } as const;

export const nothingSeen = (): Seen => ({ hosts: new Map(), callees: new Map(), metrics: new Map() });

/** Adds what one series tells: its service, the host under it and the call it measures. */
export function observe(into: Observations, metric: string, labels: Labels, seenMs: number): void {
  const entity = entityOf(labels);
  const project = projectOf(labels);
  if (entity === null || entity.length > longestName || project.length > longestProject) return;
  const own = into.get(project) ?? new Map();
  into.set(project, own);
  const seen = seenOf(own, entity);
  note(seen.metrics, metric, seenMs);
  const host = hostOf(labels);
  if (host !== null && host !== entity) note(seen.hosts, host, seenMs);
  const call = callOf(metric, labels);
  if (!call || call.caller.length > longestName || call.callee.length > longestName) return;
  note(seenOf(own, call.caller).callees, call.callee, seenMs);
  seenOf(own, call.callee);
}

/** Both together, without what is over and beyond what is kept. */
export function mergeSeen(a: Seen, b: Seen, nowMs: number): Seen {
  const merged = nothingSeen();
  for (const part of ["hosts", "callees", "metrics"] as const) {
    for (const [name, seenMs] of [...a[part], ...b[part]]) note(merged[part], name, seenMs);
    const alive = [...merged[part]].filter(([, seenMs]) => nowMs - seenMs <= forgetAfterMs);
    alive.sort(([nameA, seenA], [nameB, seenB]) => seenB - seenA || (nameA < nameB ? -1 : 1));
    merged[part] = new Map(alive.slice(0, most[part]));
  }
  return merged;
}

/** When anything of it was last seen; undefined where nothing was. */
export function lastSeenMs({ hosts, callees, metrics }: Seen): number | undefined {
  const times = [...hosts.values(), ...callees.values(), ...metrics.values()];
  return times.length > 0 ? Math.max(...times) : undefined;
}

function seenOf(observation: Observation, entity: string): Seen {
  const known = observation.get(entity);
  if (known) return known;
  const fresh = nothingSeen();
  observation.set(entity, fresh);
  return fresh;
}

function note(into: Map<string, number>, name: string, seenMs: number): void {
  into.set(name, Math.max(seenMs, into.get(name) ?? 0));
}
