import type { Runtime } from "./runtime.ts";

export interface ApiClient {
  /** Asks with the administrator's key and returns the answer's JSON; throws with its text on any other status. */
  ask<T>(routeKey: string, body?: unknown): Promise<T>;
  /** Sends plain JSON points with the ingest key and returns the status. */
  ingest(points: readonly PlainPoint[]): Promise<number>;
}

export interface PlainPoint {
  name: string;
  value: number;
  timestamp?: number;
  labels?: Record<string, string>;
}

/** What a user of the HTTP API would have in hand: the address and the two keys of a running platform. */
export function apiClient({
  url,
  adminKey,
  ingestKey,
}: Pick<Runtime, "url" | "adminKey" | "ingestKey">): ApiClient {
  return {
    ask: async (routeKey, body) => {
      const [method = "GET", path = "/"] = routeKey.split(" ");
      const answer = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${routeKey} answered ${answer.status}: ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
    ingest: async (points) => {
      const answer = await fetch(`${url}/api/ingest/metrics`, {
        method: "POST",
        headers: { authorization: `Bearer ${ingestKey}`, "content-type": "application/json" },
        body: JSON.stringify(points),
      });
      await answer.arrayBuffer();
      return answer.status;
    },
  };
}

/** Asks again until `check` gives a value, at most `withinMs`; then fails saying what it waited for. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const value = await check();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${withinMs} ms in vain for: ${what}${last ? ` (last: ${last})` : ""}`);
}
