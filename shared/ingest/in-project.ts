import { makeSeriesId, type PointBatch } from "../metrics/index.ts";
import { maySeeProject, projectLabel, projectOf } from "../platform/labels/project.ts";

/**
 * The points as a key that is narrowed to projects may send them: what names another project, or none, belongs
 * to the key's first.
 */
export function inProject(points: PointBatch, projects: readonly string[] | null | undefined): PointBatch {
  const [own] = projects ?? [];
  if (own === undefined) return points;
  const series = points.series.map((one) => {
    if (maySeeProject({ projects: projects ?? null }, projectOf(one.labels))) return one;
    const labels = Object.fromEntries(
      Object.entries({ ...one.labels, [projectLabel]: own }).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    return { ...one, labels, seriesId: makeSeriesId({ ...one, labels }) };
  });
  return { ...points, series };
}
