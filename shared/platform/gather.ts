/** Hands items in and returns when they are worked off; fails when the work they were part of failed. */
export type Gather<T> = (key: string, items: readonly T[]) => Promise<void>;

interface Waiting<T> {
  items: T[];
  done: Promise<void>;
}

/**
 * One work per key at a time in this process; what comes in meanwhile gathers and is worked off together next.
 * It saves those who would race for one item the lost races, and a storm most of its writes. It does not stand
 * in for the guard on the item, since other processes know nothing of it.
 */
export function makeGather<T>(work: (key: string, items: readonly T[]) => Promise<void>): Gather<T> {
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, Waiting<T>>();

  const start = (key: string, items: readonly T[]) => {
    const mine = work(key, items).finally(() => {
      if (!waiting.has(key)) running.delete(key);
    });
    running.set(key, mine);
    return mine;
  };

  return (key, items) => {
    const present = running.get(key);
    if (!present) return start(key, items);
    let next = waiting.get(key);
    if (!next) {
      const gathered: T[] = [];
      const begin = () => {
        waiting.delete(key);
        return start(key, gathered);
      };
      next = { items: gathered, done: present.then(begin, begin) };
      waiting.set(key, next);
    }
    next.items.push(...items);
    return next.done;
  };
}
