import type { CauseCase } from "./case.ts";

/** After so long a deployment that did harm would mostly have been noticed. */
const halfLifeS = 900;
/** Alerts come after the change they tell of; a deployment later than this cannot have made it. */
const leastLeadS = 60;

/** 0 to 1: how shortly before the alert this service was deployed; 0 for never, or only afterwards. */
export function deploymentRecency({ deployments, alertTime }: CauseCase, service: string): number {
  let recency = 0;
  for (const deployment of deployments ?? []) {
    const ageS = alertTime - deployment.t;
    if (deployment.service === service && ageS >= leastLeadS)
      recency = Math.max(recency, 2 ** (-ageS / halfLifeS));
  }
  return recency;
}
