import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type {
  Analysis,
  AnalysisRequested,
  Answer,
  FeedbackInput,
  LatestAnalysis,
  QuestionInput,
} from "../../../../shared/analysis/schemas.ts";
import { api, segment } from "../../lib/api.ts";

const whilePendingMs = 1_500;
const otherwiseMs = 30_000;

const keyOf = (incidentId: string) => ["incident", incidentId, "analysis"] as const;

/** Why it broke, as far as it is known; asked for often while it is being worked out. */
export function useAnalysis(incidentId: string) {
  return useQuery({
    queryKey: keyOf(incidentId),
    queryFn: ({ signal }) =>
      api.get<LatestAnalysis>(`/api/incidents/${segment(incidentId)}/analysis`, {}, signal),
    refetchInterval: ({ state }) =>
      state.data?.pending || state.data?.analysis?.status === "ranked" ? whilePendingMs : otherwiseMs,
  });
}

export function useAnalysisActions(incidentId: string) {
  const client = useQueryClient();
  const path = `/api/incidents/${segment(incidentId)}`;
  const again = useMutation({
    mutationFn: () => api.post<AnalysisRequested>(`${path}/analyses`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(incidentId) }),
  });
  const judge = useMutation({
    mutationFn: ({ analysisId, ...input }: FeedbackInput & { analysisId: string }) =>
      api.post<Analysis>(`${path}/analyses/${segment(analysisId)}/feedback`, input),
    onSuccess: (analysis) => {
      client.setQueryData<LatestAnalysis>(keyOf(incidentId), (known) => known && { ...known, analysis });
      client.invalidateQueries({ queryKey: ["incident", incidentId, "timeline"] });
    },
  });
  const ask = useMutation({
    mutationFn: (input: QuestionInput) => api.post<Answer>(`${path}/questions`, input),
  });
  return { again, judge, ask };
}

export type AnalysisActions = ReturnType<typeof useAnalysisActions>;
