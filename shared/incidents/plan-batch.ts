import { derivedId } from "../platform/ids.ts";
import { type AlertSignal, correlationKeys } from "./alert-signal.ts";
import type { MemberUpdate, MemberUpdates } from "./attach-alerts.ts";
import { type Candidates, correlate, takesAlerts } from "./correlate.ts";

import type { IncidentRecord } from "./incident-record.ts";
import type { KeyPointer } from "./key-pointer.ts";
import { changeOf, type Member, mergeSignals, type Signals } from "./member.ts";
import type { Opening } from "./open-incident.ts";
import { openingKey, type RuleSpread } from "./rule-spread.ts";

/** What is stored around the alerts of a batch. */
export interface Scene {
  pointers: ReadonlyMap<string, KeyPointer>;
  incidents: ReadonlyMap<string, IncidentRecord>;
  members: readonly { incidentId: string; member: Member }[];
  spreads: ReadonlyMap<string, RuleSpread>;
}

export interface AttachPart {
  kind: "attach";
  incident: IncidentRecord;
  updates: MemberUpdates;
}
export interface OpenPart {
  kind: "open";
  opening: Opening;
  pointer: KeyPointer | undefined;
  /** The pointer leads to this incident already; only the incident itself is missing. */
  claimed: boolean;
  updates: MemberUpdates;
}
/** Resolutions whose firing is still under way, and the pointers under which it will be looked for. */
export interface Remember {
  signals: AlertSignal[];
  pointers: Map<string, KeyPointer | undefined>;
}

export interface Plan {
  parts: (AttachPart | OpenPart)[];
  remember: Remember;
  spreads: { was: RuleSpread | undefined; now: RuleSpread }[];
}

/** Decides a batch of one tenant: one part per touched incident, so one save each however many alerts came. */
export function planBatch(tenantId: string, batch: readonly Signals[], scene: Scene, nowMs: number): Plan {
  const attach = new Map<string, AttachPart>();
  const open = new Map<string, OpenPart>();
  const remember: Remember = { signals: [], pointers: new Map() };
  const spreads = new Map<string, RuleSpread>();

  const addTo = (incident: IncidentRecord, update: MemberUpdate) => {
    const part = attach.get(incident.id);
    if (part) part.updates.push(update);
    else attach.set(incident.id, { kind: "attach", incident, updates: [update] });
  };

  for (const signals of batch) {
    const [signal] = signals;
    const keys = correlationKeys(signal);
    const { candidates, otherHomes } = candidatesOf(signal, keys, scene, nowMs);
    const home = candidates.home;
    const verdict = correlate(signals, candidates, nowMs);
    switch (verdict.kind) {
      case "attach": {
        const incident = scene.incidents.get(verdict.incidentId);
        if (!incident) throw new Error(`The plan attaches to ${verdict.incidentId}, which was not read.`);
        const before = home?.incident.id === incident.id ? home.member : undefined;
        addTo(incident, updateOf(before, home?.member, signals, verdict.reason));
        break;
      }
      case "open": {
        const { key, spread } = openingKey(
          signal,
          spreads.get(signal.ruleId) ?? scene.spreads.get(signal.ruleId),
          nowMs,
        );
        if (spread) spreads.set(signal.ruleId, spread);
        const update = updateOf(undefined, home?.member, signals, verdict.reason);
        const part = open.get(key);
        if (part) part.updates.push(update);
        else open.set(key, newOpening(tenantId, key, { ...verdict, project: signal.project }, update, scene));
        break;
      }
      case "ignore":
        if (isUnheardResolution(signals, home?.member)) {
          remember.signals.push(newest(signals));
          for (const key of keys) remember.pointers.set(key, scene.pointers.get(key));
        }
        break;
    }
    for (const other of otherHomes) {
      const update = updateOf(other.member, other.member, signals, "it was part of this incident before");
      if (update.change === "resolved") addTo(other.incident, update);
    }
  }
  return {
    parts: [...attach.values(), ...open.values()],
    remember,
    spreads: [...spreads].map(([ruleId, now]) => ({ was: scene.spreads.get(ruleId), now })),
  };
}

function candidatesOf(signal: AlertSignal, keys: string[], scene: Scene, nowMs: number) {
  const pointers = keys.flatMap((key) => scene.pointers.get(key) ?? []);
  const incidentOf = (id: string | null) => (id === null ? undefined : scene.incidents.get(id));
  const currents = pointers.flatMap((pointer) => incidentOf(pointer.incidentId) ?? []);
  const formers = pointers.flatMap((pointer) => pointer.formerIds.flatMap((id) => incidentOf(id) ?? []));
  const homes = scene.members
    .filter(({ member }) => member.alertId === signal.alertId)
    .flatMap(({ incidentId, member }) => {
      const incident = incidentOf(incidentId);
      return incident ? [{ incident, member }] : [];
    })
    .sort(
      (a, b) =>
        newestFirst(a.member.startedAt, b.member.startedAt) ||
        newestFirst(a.incident.openedAt, b.incident.openedAt),
    );
  const [home, ...otherHomes] = homes;
  const current = currents.find((incident) => takesAlerts(incident, nowMs)) ?? currents[0] ?? formers[0];
  const candidates: Candidates = { home, current };
  return { candidates, otherHomes: otherHomes.filter(({ member }) => member.firing) };
}

/** `known` is what any incident knew of the alert, `before` what this one did. */
function updateOf(
  before: Member | undefined,
  known: Member | undefined,
  signals: Signals,
  reason: string,
): MemberUpdate {
  const after = mergeSignals(before ?? known, signals);
  const isNewEpisode = !known || after.startedAt > known.startedAt;
  return {
    before,
    after,
    change: changeOf(before, after),
    at: isNewEpisode ? after.startedAt : after.eventAt,
    reason,
  };
}

function newOpening(
  tenantId: string,
  key: string,
  { project, title, reason }: { project: string; title: string; reason: string },
  first: MemberUpdate,
  scene: Scene,
): OpenPart {
  const pointer = scene.pointers.get(key);
  const claimedId =
    pointer?.incidentId && !scene.incidents.has(pointer.incidentId) ? pointer.incidentId : null;
  const incidentId = claimedId ?? derivedId("incident", tenantId, key, (pointer?.version ?? 0) + 1);
  const opening = { incidentId, project, correlationKey: key, title, reason };
  return { kind: "open", opening, pointer, claimed: claimedId !== null, updates: [first] };
}

function isUnheardResolution(signals: Signals, known: Member | undefined): boolean {
  const { resolvedAt, startedAt } = newest(signals);
  return resolvedAt !== null && (!known || startedAt > known.startedAt);
}

function newest(signals: Signals): AlertSignal {
  return signals.reduce((last, signal) => (signal.startedAt > last.startedAt ? signal : last));
}

function newestFirst(a: string, b: string): number {
  return a < b ? 1 : a > b ? -1 : 0;
}
