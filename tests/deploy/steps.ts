/** What this machine lacks for the test; said in one sentence, and no failure. */
export class Skipped extends Error {}

/** Runs steps one after the other, prints what each took, and lets none outlive the whole. */
export function makeSteps(boundMs: number) {
  const startMs = performance.now();
  const elapsed = (sinceMs: number) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
  const bound = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`not done after ${boundMs / 1000} s in all`));
    setTimeout(late, boundMs).unref();
  });
  bound.catch(() => undefined);
  return {
    /** The step's own answer; throws what it throws, and when the whole takes too long. */
    async step<T>(name: string, run: () => Promise<T>): Promise<T> {
      const sinceMs = performance.now();
      try {
        const result = await Promise.race([run(), bound]);
        console.log(`ok    ${elapsed(sinceMs).padStart(7)}  ${name}`);
        return result;
      } catch (error) {
        if (!(error instanceof Skipped)) console.log(`FAIL  ${elapsed(sinceMs).padStart(7)}  ${name}`);
        throw error;
      }
    },
    total: () => elapsed(startMs),
  };
}
