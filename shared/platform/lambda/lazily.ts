/**
 * What a function needs now and then, made at its first use: an AWS client costs about ten milliseconds of every
 * cold start to load. A failure is not kept.
 */
export function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
