import type { HttpRequest } from "../../shared/platform/http/request.ts";

/** A request as the door hands it on; a GET of the session unless told otherwise. */
export function aRequest(changes: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: "GET",
    path: "/api/session",
    params: {},
    query: {},
    headers: {},
    cookies: {},
    sourceIp: "127.0.0.1",
    requestId: "req_test",
    body: Buffer.alloc(0),
    ...changes,
  };
}

export function aRequestWithKey(text: string, changes: Partial<HttpRequest> = {}): HttpRequest {
  return aRequest({ ...changes, headers: { ...changes.headers, authorization: `Bearer ${text}` } });
}
