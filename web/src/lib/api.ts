import { readProblem, unreachable } from "./problem.ts";

export type Query = Record<string, string | number | undefined | null>;

/**
 * One call to the API of our own origin, with the session cookie. The answer's shape is the contract in
 * shared/<domain>/schemas.ts: trusted here, held by the browser tests, which parse every answer with zod.
 * Throws Problem.
 */
async function call<T>(
  method: string,
  path: string,
  options: { query?: Query; body?: unknown; signal?: AbortSignal },
) {
  const init: RequestInit = { method, credentials: "same-origin", headers: { accept: "application/json" } };
  if (options.signal) init.signal = options.signal;
  if (options.body !== undefined) {
    init.body = JSON.stringify(options.body);
    init.headers = { accept: "application/json", "content-type": "application/json" };
  }
  const response = await fetch(withQuery(path, options.query ?? {}), init).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw unreachable();
  });
  if (!response.ok) throw await readProblem(response);
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

export const api = {
  get: <T>(path: string, query: Query = {}, signal?: AbortSignal) =>
    call<T>("GET", path, signal ? { query, signal } : { query }),
  post: <T>(path: string, body: unknown, signal?: AbortSignal) =>
    call<T>("POST", path, signal ? { body, signal } : { body }),
  put: <T>(path: string, body: unknown) => call<T>("PUT", path, { body }),
  patch: <T>(path: string, body: unknown) => call<T>("PATCH", path, { body }),
  delete: (path: string) => call<void>("DELETE", path, {}),
};

/** Empty and missing values are left out. */
export function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") params.set(key, String(value));
  }
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** An id or name as one path segment. */
export const segment = (text: string): string => encodeURIComponent(text);
