import type { IncomingMessage, ServerResponse } from "node:http";
import type { Inbox } from "../../shared/notifications/schemas.ts";
import { Forbidden } from "../../shared/platform/errors.ts";
import { type HttpRequest, toRequest } from "../../shared/platform/http/request.ts";
import type { Principal } from "../../shared/platform/lambda/http-door.ts";
import { pathOf, toEvent } from "./http/payload.ts";
import { securityHeaders } from "./http/security-headers.ts";
import type { InboxFile } from "./inbox.ts";

const path = "/local/inbox";

/** `GET /local/inbox`, for whoever may read and is not narrowed to projects; answers false for any other request. */
export function makeInboxPage(inbox: InboxFile, authenticate: (request: HttpRequest) => Promise<Principal>) {
  return async (request: IncomingMessage, response: ServerResponse, requestId: string): Promise<boolean> => {
    if (request.method !== "GET" || pathOf(request.url ?? "/") !== path) return false;
    const event = toEvent(request, { routeKey: `GET ${path}`, params: {}, requestId }, Buffer.alloc(0));
    const { scopes, projects } = await authenticate(toRequest(event));
    if (!scopes.includes("read"))
      throw new Forbidden('This credential may not read; the inbox needs "read".');
    if (projects) {
      throw new Forbidden(
        `The inbox holds the messages of every project; this credential is narrowed to ${projects.join(", ")}.`,
      );
    }
    const page: Inbox = { items: inbox.list() };
    response
      .writeHead(200, { ...securityHeaders, "content-type": "application/json", "cache-control": "no-store" })
      .end(JSON.stringify(page));
    return true;
  };
}
