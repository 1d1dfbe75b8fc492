import { useQuery } from "@tanstack/react-query";
import type { Level, Session } from "../../../shared/tenancy/schemas.ts";
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

/** The projects one looks at: those the person is narrowed to, or the one it chose; null = every project. */
export function useProjectsInView(): readonly string[] | null {
  const { project = null, projects = null } = useSession().data ?? {};
  return project === null ? projects : [project];
}

/** May the person do what this level is needed for? What they may not is hidden; the API refuses it anyway. */
export function useMay(level: Level): boolean {
  return useSession().data?.scopes.includes(level) ?? false;
}

/** May the person change things, or only look? */
export const useMayOperate = (): boolean => useMay("operate");
