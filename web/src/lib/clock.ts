import { useSyncExternalStore } from "react";

const tickMs = 10_000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: number | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    now = Date.now();
    for (const told of listeners) told();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

function current(): number {
  if (listeners.size === 0 || Date.now() - now > tickMs) now = Date.now();
  return now;
}

/** The present, moving on every ten seconds for everything on the page at once. */
export const useNow = (): number => useSyncExternalStore(subscribe, current);
