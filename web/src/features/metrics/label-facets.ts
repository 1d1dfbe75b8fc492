import { useQuery } from "@tanstack/react-query";
import type { SeriesList } from "../../../../shared/metrics/schemas.ts";
import { api, segment } from "../../lib/api.ts";

export interface Facet {
  label: string;
  /** Most frequent first. */
  values: { value: string; count: number }[];
}

const seriesRead = 200;

/** The labels a metric's series carry and the values they take, from its first series. */
export function useFacets(name: string) {
  return useQuery({
    queryKey: ["metrics", "facets", name],
    queryFn: async ({ signal }) => {
      const list = await api.get<SeriesList>(
        `/api/metrics/${segment(name)}/series`,
        { limit: seriesRead },
        signal,
      );
      return facetsOf(list.items.map((series) => series.labels));
    },
    enabled: name !== "",
    staleTime: 60_000,
  });
}

/** Labels that tell series apart come first. */
export function facetsOf(all: readonly Readonly<Record<string, string>>[]): Facet[] {
  const counts = new Map<string, Map<string, number>>();
  for (const labels of all) {
    for (const [label, value] of Object.entries(labels)) {
      const values = counts.get(label) ?? new Map<string, number>();
      counts.set(label, values.set(value, (values.get(value) ?? 0) + 1));
    }
  }
  return [...counts]
    .map(([label, values]) => ({
      label,
      values: [...values].map(([value, count]) => ({ value, count })).toSorted((a, b) => b.count - a.count),
    }))
    .toSorted(
      (a, b) => Number(b.values.length > 1) - Number(a.values.length > 1) || a.label.localeCompare(b.label),
    );
}
