import type { Contracts } from "../platform/http/contract.ts";
import { Service, ServiceGraph, ServiceInput, ServiceList } from "./schemas.ts";

export const serviceContracts = {
  "GET /api/services": { says: "The services that are known, by name", answers: { 200: ServiceList } },
  "GET /api/services/graph": {
    says: "Who calls whom, and where an incident is open",
    answers: { 200: ServiceGraph },
  },
  "GET /api/services/{name}": { says: "One service", answers: { 200: Service } },
  "PUT /api/services/{name}": {
    says: "Declare owner, dependencies and runbooks of a service",
    body: ServiceInput,
    answers: { 200: Service },
  },
  "DELETE /api/services/{name}": {
    says: "Forget what was declared of a service; what telemetry shows stays",
    answers: { 204: null },
  },
} as const satisfies Contracts;
