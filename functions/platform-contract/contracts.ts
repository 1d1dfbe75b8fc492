import { alertContracts } from "../../shared/alerts/contracts.ts";
import { analysisContracts, guardContracts } from "../../shared/analysis/contracts.ts";
import { anomalyContracts, forecastContracts } from "../../shared/anomalies/contracts.ts";
import { auditContracts } from "../../shared/audit/contracts.ts";
import { deploymentContracts } from "../../shared/deployments/contracts.ts";
import { incidentContracts } from "../../shared/incidents/contracts.ts";
import { ingestContracts } from "../../shared/ingest/contracts.ts";
import { keyContracts } from "../../shared/keys/contracts.ts";
import { limitContracts } from "../../shared/limits/contracts.ts";
import { metricContracts } from "../../shared/metrics/contracts.ts";
import { notificationContracts } from "../../shared/notifications/contracts.ts";
import type { Contracts } from "../../shared/platform/http/contract.ts";
import { documentContracts } from "../../shared/platform/http/document-contract.ts";
import { healthContracts } from "../../shared/platform/http/health-contract.ts";
import { serviceContracts } from "../../shared/services/contracts.ts";
import { peopleContracts, sessionContracts } from "../../shared/tenancy/contracts.ts";

/** Every contract there is; tests/contracts/api.test.ts names a route that is missing. */
export const contracts: Contracts = {
  ...ingestContracts,
  ...metricContracts,
  ...alertContracts,
  ...incidentContracts,
  ...anomalyContracts,
  ...forecastContracts,
  ...analysisContracts,
  ...guardContracts,
  ...serviceContracts,
  ...deploymentContracts,
  ...notificationContracts,
  ...sessionContracts,
  ...peopleContracts,
  ...keyContracts,
  ...limitContracts,
  ...auditContracts,
  ...healthContracts,
  ...documentContracts,
};
