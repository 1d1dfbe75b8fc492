import { audited } from "../audit/index.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, NotFound } from "../platform/errors.ts";
import { maySeeProject, mayUseProject } from "../platform/labels/project.ts";
import { activeOf, type DetectorRecord, digestOf, toDetector } from "./detector-record.ts";
import type { DetectorStore } from "./detector-store.ts";
import { maxSeries } from "./directory.ts";
import type { DirectoryStore } from "./directory-store.ts";
import type { Detector, DetectorList, RollBackInput } from "./schemas.ts";

export interface DetectorDeps {
  detectors: DetectorStore;
  directory: DirectoryStore;
}

/** The registry: what is at work, on what it was accepted, and what was before; a forest is its service's. */
export async function listDetectors(ctx: Ctx, deps: DetectorDeps): Promise<DetectorList> {
  const [records, tracked] = await Promise.all([deps.detectors.list(ctx.tenantId), trackedSeries(ctx, deps)]);
  const seen = records.filter((record) => isSeen(ctx, record));
  return { items: seen.map((record) => toDetector(record, tracked)) };
}

const isSeen = (ctx: Ctx, { kind, project }: DetectorRecord): boolean =>
  kind !== "forest" || maySeeProject(ctx, project);

/** Throws NotFound. */
export async function getDetector(ctx: Ctx, id: string, deps: DetectorDeps): Promise<Detector> {
  const [record, tracked] = await Promise.all([load(ctx, id, deps), trackedSeries(ctx, deps)]);
  return toDetector(record, tracked);
}

/**
 * Goes back to an earlier version. A forest is asked again as it was. A detector's algorithm comes with a release: where
 * the version is not the one that is installed, the one that is goes back into the shadow and stays there until another
 * release, whatever gates it passes. Throws NotFound for the detector or version, Forbidden for what
 * is the whole tenant's to who is narrowed, Conflict where it is at work already.
 */
export async function rollBackDetector(
  ctx: Ctx,
  input: RollBackInput & { id: string },
  deps: DetectorDeps,
): Promise<Detector> {
  const before = await load(ctx, input.id, deps);
  // Every project's anomalies rest on the others, and there is one of each in the tenant.
  if (before.kind !== "forest") mayUseProject(ctx, null);
  const target = before.versions.find(({ version }) => version === input.version);
  if (!target) throw new NotFound(`version of ${input.id}`, String(input.version));
  if (target.version === before.activeVersion && before.held === null) {
    throw new Conflict(`Version ${target.version} is at work already; name an earlier one.`, "version");
  }
  const by = ctx.actor.name ?? ctx.actor.id;
  const after = before.kind === "forest" ? goBack(before, input, by) : hold(before, input, by);
  const owed = [
    audited(ctx, {
      did: "rolled-back",
      resource: { type: "detector", id: input.id },
      before: { activeVersion: before.activeVersion, held: before.held },
      after: { activeVersion: after.activeVersion, held: after.held },
      why: input.reason,
    }),
  ];
  if ((await deps.detectors.save(ctx.tenantId, after, owed)) === "lost") {
    throw new Conflict("The detector was changed meanwhile; look at it again before rolling back.");
  }
  return toDetector(after, await trackedSeries(ctx, deps));
}

function goBack(before: DetectorRecord, { version, reason }: RollBackInput, by: string): DetectorRecord {
  const versions = before.versions.map((one) => {
    if (one.version === version) {
      return { ...one, status: "accepted" as const, note: `Taken back to by ${by}: ${reason}` };
    }
    return one.version === before.activeVersion ? { ...one, status: "retired" as const } : one;
  });
  return { ...before, versions, activeVersion: version, version: before.version + 1 };
}

function hold(before: DetectorRecord, { version, reason }: RollBackInput, by: string): DetectorRecord {
  const active = activeOf(before);
  const target = before.versions.find((one) => one.version === version);
  const installed = before.kind !== "forest" && target?.digest === digestOf(before.kind);
  const held = installed
    ? null
    : `${by} took it back to version ${version} (${reason}); until its release is installed again, what is here stays in shadow.`;
  const versions = before.versions.map((one) => {
    if (installed && one.version === version) return { ...one, status: "accepted" as const };
    return one.version === active?.version
      ? { ...one, status: "candidate" as const, note: held ?? one.note }
      : one;
  });
  const activeVersion = installed ? version : before.activeVersion;
  return { ...before, versions, activeVersion, held, version: before.version + 1 };
}

async function load(ctx: Ctx, id: string, { detectors }: DetectorDeps): Promise<DetectorRecord> {
  const record = await detectors.get(ctx.tenantId, id);
  if (!record || !isSeen(ctx, record)) throw new NotFound("detector", id);
  return record;
}

async function trackedSeries(ctx: Ctx, { directory }: DetectorDeps) {
  const { blocks } = await directory.load(ctx.tenantId);
  return { series: blocks.reduce((sum, ids) => sum + ids.length, 0), max: maxSeries };
}
