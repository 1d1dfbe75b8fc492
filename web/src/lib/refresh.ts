let asking: Promise<boolean> | undefined;

/**
 * Makes the session's next credential, as the last one lasts a quarter of an hour; true when the browser has one.
 * However many calls fail at once, it is asked for once.
 */
export function refreshSession(): Promise<boolean> {
  asking ??= askForNext().finally(() => {
    asking = undefined;
  });
  return asking;
}

async function askForNext(): Promise<boolean> {
  try {
    const { ok, status } = await fetch("/session/refresh", { method: "POST", credentials: "same-origin" });
    // Another tab asked a moment ago, and what it got is this tab's too.
    return ok || status === 409;
  } catch {
    return false;
  }
}
