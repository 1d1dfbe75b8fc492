/** Runs the works of one key one after another, in the order they came; works of other keys go on beside them. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * A queue per key inside this process. It saves those who would race for one item the lost races; it does not
 * stand in for the guard on the item, since other processes know nothing of it.
 */
export function makeInTurn(): InTurn {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
