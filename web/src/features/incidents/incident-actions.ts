import { useMutation, useQueryClient } from "@tanstack/react-query";
import type {
  CommentInput,
  Incident,
  IncidentPatch,
  TransitionInput,
} from "../../../../shared/incidents/schemas.ts";
import { api, segment } from "../../lib/api.ts";

/** What a person does to an incident. The page shows the outcome as soon as the server has it. */
export function useIncidentActions(incidentId: string) {
  const client = useQueryClient();
  const path = `/api/incidents/${segment(incidentId)}`;
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["incident", incidentId] }),
      client.invalidateQueries({ queryKey: ["incidents"] }),
    ]);
  const move = useMutation({
    mutationFn: (input: TransitionInput) => api.post<Incident>(`${path}/transitions`, input),
    onSettled: refresh,
  });
  const comment = useMutation({
    mutationFn: (input: CommentInput) => api.post<unknown>(`${path}/comments`, input),
    onSettled: refresh,
  });
  const change = useMutation({
    mutationFn: (input: IncidentPatch) => api.patch<Incident>(path, input),
    onSettled: refresh,
  });
  return { move, comment, change };
}

export type IncidentActions = ReturnType<typeof useIncidentActions>;
