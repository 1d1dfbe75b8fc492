let lastRenewedMs = 0;

/**
 * A session's short credential ran out: asks for the next, once for all requests and tabs, because a refresh
 * token works once and the second use of one ends the whole session. True = asking again makes sense.
 */
export async function renewSession(refusedAfterMs: number): Promise<boolean> {
  return navigator.locks.request("sentinelops-session", async () => {
    if (Math.max(lastRenewedMs, renewedElsewhereMs()) > refusedAfterMs) return true;
    const response = await fetch("/session/refresh", { method: "POST", credentials: "same-origin" }).catch(
      () => undefined,
    );
    if (response?.status !== 204) return false;
    lastRenewedMs = Date.now();
    localStorage.setItem(storedUnder, String(lastRenewedMs));
    return true;
  });
}

const storedUnder = "sentinelops.session-renewed-ms";
const renewedElsewhereMs = (): number => Number(localStorage.getItem(storedUnder) ?? 0);
