import type { Contracts } from "../platform/http/contract.ts";
import {
  CommentInput,
  Incident,
  IncidentAlertList,
  IncidentFilter,
  IncidentList,
  IncidentPage,
  IncidentPatch,
  Timeline,
  TransitionInput,
} from "./schemas.ts";

export const incidentContracts = {
  "GET /api/incidents": { says: "Incidents", query: IncidentFilter, answers: { 200: IncidentList } },
  "GET /api/incidents/{id}": { says: "One incident", answers: { 200: Incident } },
  "GET /api/incidents/{id}/timeline": {
    says: "What happened in an incident, newest first",
    query: IncidentPage,
    answers: { 200: Timeline },
  },
  "GET /api/incidents/{id}/alerts": {
    says: "The alerts of an incident",
    query: IncidentPage,
    answers: { 200: IncidentAlertList },
  },
  "POST /api/incidents/{id}/transitions": {
    says: "Move an incident to another state",
    body: TransitionInput,
    answers: { 200: Incident },
  },
  "POST /api/incidents/{id}/comments": {
    says: "Comment on an incident",
    body: CommentInput,
    answers: { 200: Incident },
    creates: true,
  },
  "PATCH /api/incidents/{id}": {
    says: "Change severity, assignee or title of an incident",
    body: IncidentPatch,
    answers: { 200: Incident },
  },
} as const satisfies Contracts;
