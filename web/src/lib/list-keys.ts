import { useMemo, useRef } from "react";
import { useShortcuts } from "./shortcuts.ts";

/** `j` and `k` walk through the links marked `data-row` inside the element that gets the ref. */
export function useListKeys<E extends HTMLElement>() {
  const ref = useRef<E>(null);
  const shortcuts = useMemo(() => {
    const move = (by: 1 | -1) => {
      const rows = [...(ref.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
      const at = rows.indexOf(document.activeElement as HTMLElement);
      const next = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by));
      rows[next]?.focus();
    };
    return { j: () => move(1), k: () => move(-1) };
  }, []);
  useShortcuts(shortcuts);
  return ref;
}
