import type { IncidentLists, IncidentRecord } from "../incidents/index.ts";
import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { maySeeProject } from "../platform/labels/project.ts";
import { type AnalysisStore, analysisIdOf } from "./analysis-store.ts";
import type { Analysis, AnalysisList, AnalysisPage, LatestAnalysis } from "./schemas.ts";
import { judged } from "./score.ts";

export interface ReadDeps {
  analyses: AnalysisStore;
  lists: Pick<IncidentLists, "find">;
}

/** An incident this young has one coming. */
const comingMs = 60_000;

/** The incident's newest analysis as people judged it; null while there is none. Throws NotFound outside the tenant. */
export async function readLatest(ctx: Ctx, incidentId: string, deps: ReadDeps): Promise<LatestAnalysis> {
  const [incident, head] = await Promise.all([
    findIncident(ctx, incidentId, deps),
    deps.analyses.head(ctx.tenantId, incidentId),
  ]);
  const young = ctx.nowMs - Date.parse(incident.openedAt) < comingMs;
  const waiting = Math.max(head.claimedUntilMs, head.pendingUntilMs, head.nextLookMs) > ctx.nowMs;
  return {
    analysis: head.latest === 0 ? null : await readVersion(ctx, incidentId, head.latest, deps),
    pending: waiting || (head.latest === 0 && young),
  };
}

/** Newest first. Throws NotFound outside the tenant. */
export async function listAnalyses(
  ctx: Ctx,
  incidentId: string,
  { limit, cursor }: AnalysisPage,
  deps: ReadDeps,
): Promise<AnalysisList> {
  await findIncident(ctx, incidentId, deps);
  const [page, feedback] = await Promise.all([
    deps.analyses.list(ctx.tenantId, incidentId, limit, cursor),
    deps.analyses.feedback(ctx.tenantId, incidentId),
  ]);
  const items = page.items.map(
    ({ hypotheses, gaps: _gaps, steps: _steps, explanation: _words, evidenceLeftOut: _left, ...head }) => {
      const [first] = judged(hypotheses, feedback);
      return { ...head, cause: first?.cause ?? null, score: first?.score ?? null };
    },
  );
  return { items, cursor: page.cursor ?? null };
}

/** Throws NotFound for another incident's, or another tenant's, analysis. */
export async function readAnalysis(
  ctx: Ctx,
  { incidentId, analysisId }: { incidentId: string; analysisId: string },
  deps: ReadDeps,
): Promise<Analysis> {
  await findIncident(ctx, incidentId, deps);
  const { latest } = await deps.analyses.head(ctx.tenantId, incidentId);
  for (let version = latest; version >= 1; version--) {
    if (analysisIdOf(incidentId, version) === analysisId) {
      return readVersion(ctx, incidentId, version, deps);
    }
  }
  throw new NotFound("analysis", analysisId);
}

export async function findIncident(
  ctx: Ctx,
  incidentId: string,
  { lists }: Pick<ReadDeps, "lists">,
): Promise<IncidentRecord> {
  const incident = await lists.find(ctx.tenantId, incidentId);
  if (!incident || !maySeeProject(ctx, incident.project)) throw new NotFound("incident", incidentId);
  return incident;
}

async function readVersion(
  ctx: Ctx,
  incidentId: string,
  version: number,
  { analyses }: ReadDeps,
): Promise<Analysis> {
  const [analysis, feedback] = await Promise.all([
    analyses.read(ctx.tenantId, incidentId, version),
    analyses.feedback(ctx.tenantId, incidentId),
  ]);
  if (!analysis) throw new NotFound("analysis", analysisIdOf(incidentId, version));
  return { ...analysis, hypotheses: judged(analysis.hypotheses, feedback) };
}
