import { useQuery } from "@tanstack/react-query";
import { mayCall, type RouteKey, routeAccess, type Session } from "../../../shared/tenancy/schemas.ts";
import { api } from "./api.ts";
import { Problem } from "./problem.ts";

export const sessionKey = ["session"] as const;

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery({ queryKey: sessionKey, queryFn: ({ signal }) => readSession(signal), staleTime: 300_000 });
}

async function readSession(signal: AbortSignal): Promise<Session | null> {
  try {
    return await api.get<Session>("/api/session", {}, signal);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

/** May the person call a route? By the same table the back end goes by. */
export function useMay(route: RouteKey): boolean {
  const session = useSession().data;
  return session ? mayCall(session.scopes, routeAccess[route]) : false;
}

/** May the person change things, or only look? */
export function useMayOperate(): boolean {
  return useMay("POST /api/incidents/{id}/transitions");
}
