/** Waits for a condition, at most `boundMs`; a test that waits in vain says so. */
export async function until(condition: () => boolean | Promise<boolean>, boundMs = 10_000): Promise<void> {
  const endMs = performance.now() + boundMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`The condition did not come true within ${boundMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
