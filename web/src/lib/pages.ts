import { type InfiniteData, keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api, type Query } from "./api.ts";

export interface Page<T> {
  items: T[];
  cursor: string | null;
}

/** A cursor-paged list of the API; the same list stays on screen while its filters change. */
export function usePages<P extends Page<unknown>>(
  key: readonly unknown[],
  path: string,
  query: Query = {},
  options: { refetchMs?: number; enabled?: boolean } = {},
) {
  return useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: ({ pageParam, signal }) => api.get<P>(path, { ...query, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: P) => last.cursor,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  });
}

export function itemsOf<T>(data: InfiniteData<Page<T>> | undefined): T[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
