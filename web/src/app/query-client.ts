import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "../lib/problem.ts";
import { sessionKey } from "../lib/session.ts";

const isSignedOut = (error: unknown): boolean => error instanceof Problem && error.status === 401;
const isPassing = (error: unknown): boolean =>
  error instanceof Problem && (error.status === 0 || error.status === 429 || error.status === 503);

/** One cache for the whole dashboard. What may pass by itself is asked again; a lost session shows the way back in. */
export function makeQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) client.setQueryData(sessionKey, null);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        retryDelay: (failures) => 800 * 2 ** failures,
      },
    },
  });
  return client;
}
