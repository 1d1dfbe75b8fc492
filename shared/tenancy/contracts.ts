import { z } from "zod";
import type { Contracts } from "../platform/http/contract.ts";
import { Session } from "./schemas.ts";

export const sessionContracts = {
  "GET /session/start": {
    says: "Sign in with a link's token, and go on to the dashboard",
    query: z.object({ token: z.string().max(200) }),
    answers: { 302: null },
  },
  "GET /api/session": { says: "Who is signed in, and as what", answers: { 200: Session } },
  "POST /api/session/end": { says: "Sign out", answers: { 204: null } },
} as const satisfies Contracts;
