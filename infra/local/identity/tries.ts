/** Wrong passwords before the next try has to wait. */
const free = 5;
const firstWaitMs = 30_000;
const longestWaitMs = 15 * 60_000;
const mostAddresses = 10_000;

interface Count {
  wrong: number;
  lockedUntilMs: number;
}

/**
 * Counts wrong passwords by address, whether somebody has it or not. From the fifth on each costs a wait that
 * doubles, in which the right password is refused too.
 */
export function countTries() {
  const counts = new Map<string, Count>();
  return {
    isLocked: (email: string, nowMs: number): boolean => (counts.get(email)?.lockedUntilMs ?? 0) > nowMs,

    wrong(email: string, nowMs: number): void {
      const wrong = (counts.get(email)?.wrong ?? 0) + 1;
      const waitMs = wrong < free ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (wrong - free));
      counts.delete(email);
      counts.set(email, { wrong, lockedUntilMs: nowMs + waitMs });
      const [oldest] = counts.keys();
      if (counts.size > mostAddresses && oldest !== undefined) counts.delete(oldest);
    },

    right(email: string): void {
      counts.delete(email);
    },
  };
}
export type Tries = ReturnType<typeof countTries>;
