/**
 * Cold-start wiring. In Lambda (and in the laptop's workers) `make` runs while the module loads, in the
 * initialisation phase; in a test that only imports the handler's inner function it never runs.
 */
export function onColdStart<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  const get = () => {
    made ??= { value: make() };
    return made.value;
  };
  if (process.env["AWS_LAMBDA_FUNCTION_NAME"]) get();
  return get;
}
