import { setTimeout as pause } from "node:timers/promises";
import { type HealthSample, healthPoints } from "../../shared/health/health-points.ts";

const firstMs = 3_000;
const everyMs = 15_000;

interface Watched {
  url: string;
  ingestKey: string;
  takeHealth(): HealthSample[];
}

/** Sends what the functions' own measures say to this machine's tenant, by the ingest key, as telemetry like any other. */
export function watchOurselves({ url, ingestKey, takeHealth }: Watched) {
  const stopping = new AbortController();
  const send = async () => {
    await fetch(`${url}/api/ingest/metrics`, {
      method: "POST",
      headers: { authorization: `Bearer ${ingestKey}`, "content-type": "application/json" },
      body: JSON.stringify(healthPoints(takeHealth())),
      signal: AbortSignal.timeout(everyMs),
    });
  };
  const watching = (async () => {
    await pause(firstMs, undefined, { signal: stopping.signal });
    for (;;) {
      // A span that could not be sent is missing from the chart, which tells enough.
      await send().catch(() => undefined);
      await pause(everyMs, undefined, { signal: stopping.signal });
    }
  })().catch(() => undefined);
  return {
    async stop(): Promise<void> {
      stopping.abort();
      await watching;
    },
  };
}
