import { useEffect } from "react";

/** Keys to what they do: one key (`c`) or two in a row (`g i`). */
export type Shortcuts = Record<string, () => void>;

const sequenceWithinMs = 1_200;

/** Listens while the component is on the page; typing in a field and open dialogs are left alone. */
export function useShortcuts(shortcuts: Shortcuts): void {
  useEffect(() => {
    let first = "";
    let firstAtMs = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target))
        return;
      const inTime = event.timeStamp - firstAtMs < sequenceWithinMs;
      const action = (inTime && first !== "" && shortcuts[`${first} ${event.key}`]) || shortcuts[event.key];
      const pair = inTime && first !== "" && shortcuts[`${first} ${event.key}`] !== undefined;
      if (action && (pair || !startsPair(shortcuts, event.key))) {
        event.preventDefault();
        first = "";
        action();
        return;
      }
      first = event.key;
      firstAtMs = event.timeStamp;
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [shortcuts]);
}

const startsPair = (shortcuts: Shortcuts, key: string): boolean =>
  Object.keys(shortcuts).some((keys) => keys.startsWith(`${key} `));

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]")) return true;
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}
