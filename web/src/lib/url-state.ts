import { useCallback } from "react";
import { useSearchParams } from "react-router";

export type Patch = Record<string, string | null | undefined>;

/**
 * The page's state in its address. `patch` sets and, with null or "", removes;
 * it replaces the history entry, so that Back leaves the page.
 */
export function useUrlState(): [URLSearchParams, (patch: Patch) => void] {
  const [params, setParams] = useSearchParams();
  const patch = useCallback(
    (changes: Patch) =>
      setParams(
        () => {
          // Not what was last drawn: another patch may have set the address since.
          const after = new URLSearchParams(location.search);
          for (const [key, value] of Object.entries(changes)) {
            if (value === null || value === undefined || value === "") after.delete(key);
            else after.set(key, value);
          }
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [params, patch];
}

/** One of the allowed values, or undefined for anything else that stands in the address. */
export function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | undefined {
  return allowed.find((candidate) => candidate === value);
}
