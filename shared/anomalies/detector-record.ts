import { hash } from "node:crypto";
import { z } from "zod";
import { defaultProject } from "../platform/labels/project.ts";
import { MetricDetector } from "./metric-detector.ts";
import { type Detector, DetectorVersion, type Gate } from "./schemas.ts";
import { alarmAt, decision, service, settings } from "./settings.ts";
import { syntheticSeries } from "./synthetic-faults.ts";
import { VectorDetector } from "./vector-detector.ts";

/** One entry of the registry: what works, what it was before, and what each was accepted on. */
export const DetectorRecord = z.object({
  id: z.string(),
  kind: z.enum(["metric", "vector", "forest"]),
  service: z.string().nullable(),
  /** The service's; of what is the whole tenant's it says nothing. */
  project: z.string().default(defaultProject),
  activeVersion: z.int().positive(),
  /** Newest first. */
  versions: z.array(DetectorVersion),
  /** A person sent it back into the shadow, where it stays until its algorithm changes. */
  held: z.string().nullable(),
  fittedMs: z.number(),
  version: z.int().nonnegative(),
});
export type DetectorRecord = z.infer<typeof DetectorRecord>;

export const keptVersions = 10;

export function activeOf({ versions, activeVersion }: DetectorRecord): DetectorVersion | undefined {
  return versions.find(({ version }) => version === activeVersion);
}

/** For which classes it may page: accepted, not held, still the algorithm that was accepted, and through their gate. */
export function pagingClassesOf(record: DetectorRecord): string[] {
  const active = activeOf(record);
  if (record.kind === "forest" || record.held !== null || active?.status !== "accepted") return [];
  if (active.digest !== digestOf(record.kind)) return [];
  return active.gates.filter(({ passed }) => passed).map(({ metricClass }) => metricClass);
}

export function toDetector(
  record: DetectorRecord,
  tracked: { series: number; max: number } | null,
): Detector {
  const { id, kind, service, project, activeVersion, versions } = record;
  return {
    ...{ id, kind, service, activeVersion, versions },
    project: kind === "forest" ? project : null,
    pagingClasses: pagingClassesOf(record),
    trackedSeries: kind === "metric" ? (tracked?.series ?? null) : null,
    maxSeries: kind === "metric" ? (tracked?.max ?? null) : null,
  };
}

const digests = new Map<"metric" | "vector", string>();
const digestPoints = 1_200;

/**
 * Names an algorithm by what it does: the answers to a fixed series with faults. Any change of code or parameter that
 * could matter changes it, and has to go through the gate again.
 */
export function digestOf(kind: "metric" | "vector"): string {
  const known = digests.get(kind);
  if (known) return known;
  const { timestamps, values } = syntheticSeries("digest", 0);
  const scores = kind === "metric" ? metricScores(timestamps, values) : vectorScores(timestamps, values);
  const digest = hash("sha256", scores.map((score) => score.toFixed(4)).join(), "hex").slice(0, 16);
  digests.set(kind, digest);
  return digest;
}

function metricScores(timesMs: readonly number[], values: readonly number[]): number[] {
  const detector = new MetricDetector();
  return values.slice(0, digestPoints).map((value, t) => {
    const { score, alarm } = detector.observe(timesMs[t] ?? 0, value);
    return score + Number(alarm);
  });
}

function vectorScores(timesMs: readonly number[], values: readonly number[]): number[] {
  const detector = new VectorDetector();
  return values.slice(0, digestPoints).map((value, t) => {
    const { score, alarm } = detector.observe(timesMs[t] ?? 0, [
      value,
      values[t + 7] ?? 0,
      values[t + 301] ?? 0,
    ]);
    return score + Number(alarm);
  });
}

/** What a person may compare between versions. */
export function parametersOf(kind: "metric" | "vector"): DetectorVersion["parameters"] {
  const thresholds = Object.entries(decision.thresholds).map(([name, value]) => [`threshold.${name}`, value]);
  if (kind === "vector") return { ...Object.fromEntries(thresholds), ...service };
  const alarms = Object.entries(alarmAt).map(([name, value]) => [`alarmAt.${name}`, value]);
  return { ...settings, ...Object.fromEntries([...thresholds, ...alarms]) };
}

export interface Judged {
  at: string;
  gates: readonly Gate[];
  drift: DetectorVersion["drift"];
}

/**
 * The record after a round through the gates. An algorithm not seen before is a new version, in shadow; it is accepted
 * once a gate is passed, and what was accepted before it is retired.
 */
export function judgedRecord(
  before: DetectorRecord | undefined,
  kind: "metric" | "vector",
  { at, gates, drift }: Judged,
): DetectorRecord {
  const digest = digestOf(kind);
  const standing = before && activeOf(before);
  const isNew = !before || standing?.digest !== digest;
  const version = isNew ? (before?.versions[0]?.version ?? 0) + 1 : (standing?.version ?? 1);
  const held = isNew ? null : before.held;
  const passed = gates.some((gate) => gate.passed);
  const judged: DetectorVersion = {
    version,
    digest,
    createdAt: isNew ? at : (standing?.createdAt ?? at),
    status: held === null && passed ? "accepted" : "candidate",
    parameters: parametersOf(kind),
    gates: [...gates],
    drift,
    note:
      held ?? (passed ? "Through the gate of at least one class." : "In shadow: no class has passed yet."),
  };
  const earlier = (before?.versions ?? [])
    .filter((one) => one.version !== version)
    .map((one) => ({ ...one, status: "retired" as const }));
  return {
    id: kind,
    kind,
    service: null,
    project: defaultProject,
    activeVersion: version,
    versions: [judged, ...earlier].slice(0, keptVersions),
    held,
    fittedMs: Date.parse(at),
    version: (before?.version ?? 0) + 1,
  };
}
