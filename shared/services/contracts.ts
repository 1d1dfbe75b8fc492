import type { Contracts } from "../platform/http/contract.ts";
import { Service, ServiceGraph, ServiceInput, ServiceList, ServiceWhere } from "./schemas.ts";

export const serviceContracts = {
  "GET /api/services": {
    says: "The services that are known, by name and project",
    answers: { 200: ServiceList },
  },
  "GET /api/services/graph": {
    says: "Who calls whom, and where an incident is open",
    answers: { 200: ServiceGraph },
  },
  "GET /api/services/{name}": {
    says: "One service of a project",
    query: ServiceWhere,
    answers: { 200: Service },
  },
  "PUT /api/services/{name}": {
    says: "Declare owner, dependencies and runbooks of a service of a project",
    query: ServiceWhere,
    body: ServiceInput,
    answers: { 200: Service },
  },
  "DELETE /api/services/{name}": {
    says: "Forget what was declared of a service; what telemetry shows stays",
    query: ServiceWhere,
    answers: { 204: null },
  },
} as const satisfies Contracts;
