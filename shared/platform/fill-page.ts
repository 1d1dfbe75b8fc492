export interface PartOfPage<T> {
  items: readonly T[];
  cursor?: string | undefined;
}

/** How many reads one page may take for the sake of a condition that no index serves. */
const maxReads = 10;

/**
 * A page of what fits, read part by part; it may come short of its limit and still have a cursor, and null says
 * that that was all.
 */
export async function fillPage<T>(
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  read: (part: { limit: number; cursor: string | undefined }) => Promise<PartOfPage<T>>,
  fits: (item: T) => boolean,
): Promise<{ items: T[]; cursor: string | null }> {
  const items: T[] = [];
  let next = cursor;
  let reads = 0;
  do {
    const part = await read({ limit: limit - items.length, cursor: next });
    items.push(...part.items.filter(fits));
    next = part.cursor;
  } while (next && items.length < limit && ++reads < maxReads);
  return { items, cursor: next ?? null };
}
