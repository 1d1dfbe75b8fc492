import type { Contracts } from "../platform/http/contract.ts";
import { Deployment, DeploymentFilter, DeploymentInput, DeploymentList } from "./schemas.ts";

export const deploymentContracts = {
  "POST /api/deployments": {
    says: "Tell of a new version or a changed configuration; 200: it was told before",
    body: DeploymentInput,
    answers: { 200: Deployment, 201: Deployment },
    creates: true,
  },
  "GET /api/deployments": {
    says: "Deployments and configuration changes, newest first",
    query: DeploymentFilter,
    answers: { 200: DeploymentList },
  },
  "GET /api/deployments/{id}": { says: "One deployment", answers: { 200: Deployment } },
} as const satisfies Contracts;
