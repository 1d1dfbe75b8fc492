import { readProblem, unreachable } from "./problem.ts";
import { refreshSession } from "./refresh.ts";

export type Query = Record<string, string | number | undefined | null>;

interface Options {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  ifVersion?: number;
}

/**
 * One call to the API of our own origin, with the session cookie. The answer's shape is the contract in
 * shared/<domain>/schemas.ts: trusted here, held by the browser tests, which parse every answer with zod.
 * Throws Problem.
 */
async function call<T>(method: string, path: string, options: Options): Promise<T> {
  const { query = {}, body, signal, ifVersion } = options;
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (ifVersion !== undefined) headers["if-match"] = `"${ifVersion}"`;
  const init: RequestInit = { method, credentials: "same-origin", headers };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;
  const send = () =>
    fetch(withQuery(path, query), init).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw unreachable();
    });
  let response = await send();
  if (response.status === 401 && (await refreshSession())) response = await send();
  if (!response.ok) throw await readProblem(response);
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

export const api = {
  get: <T>(path: string, query: Query = {}, signal?: AbortSignal) =>
    call<T>("GET", path, signal ? { query, signal } : { query }),
  post: <T>(path: string, body: unknown, signal?: AbortSignal) =>
    call<T>("POST", path, signal ? { body, signal } : { body }),
  /** With the version that was read, the write is refused when someone else has written since. */
  put: <T>(path: string, body: unknown, ifVersion?: number) =>
    call<T>("PUT", path, ifVersion === undefined ? { body } : { body, ifVersion }),
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
