import type { Contracts } from "../platform/http/contract.ts";
import {
  IngestRate,
  MetricList,
  MetricListFilter,
  MetricQuery,
  MetricQueryResult,
  SeriesFilter,
  SeriesList,
} from "./schemas.ts";

export const metricContracts = {
  "GET /api/metrics": { says: "Metrics by name", query: MetricListFilter, answers: { 200: MetricList } },
  "GET /api/metrics/{name}/series": {
    says: "The series of one metric",
    query: SeriesFilter,
    answers: { 200: SeriesList },
  },
  "GET /api/metrics/query": {
    says: "Points of a metric, aggregated per step and group",
    query: MetricQuery,
    answers: { 200: MetricQueryResult },
  },
  "GET /api/ingest/rate": {
    says: "How many points arrive, by the minute of the last hour",
    answers: { 200: IngestRate },
  },
} as const satisfies Contracts;
