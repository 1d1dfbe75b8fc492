import type { DeploymentStore } from "../../deployments/index.ts";
import type { Deployment } from "../../deployments/schemas.ts";
import { derivedId } from "../../platform/ids.ts";
import { deploymentLink } from "../links.ts";
import { plainWords, spellSpan } from "../plain-words.ts";
import type { DeploymentFacts, Evidence } from "../schemas.ts";
import type { EvidenceSource, Scope, Window } from "../scope.ts";

export interface DeploymentsDeps {
  tenantId: string;
  /** Of the incident's project alone. */
  deployments: Pick<DeploymentStore, "list">;
}

const dayMs = 86_400_000;
const maxRead = 400;
const maxShown = 30;

/** What was rolled out or reconfigured within a day before the start, and since, in reach. */
export const deploymentsSource: EvidenceSource<DeploymentsDeps> = {
  name: "deployments",
  async find(scope, window, { tenantId, deployments }) {
    const range = { fromMs: window.startMs - dayMs, toMs: window.toMs, limit: maxRead };
    const { items } = await deployments.list(tenantId, range);
    const near = items.filter(({ service }) => scope.reach.entities.includes(service));
    const evidence = near.slice(0, maxShown).map((one) => toEvidence(scope, window, one));
    return { evidence, deployments: near, missed: await missedBy(items, tenantId, window, deployments) };
  },
};

function toEvidence({ incident }: Scope, { startMs }: Window, deployment: Deployment): Evidence {
  const { id, kind, service, version, by, link, summary, at } = deployment;
  const beforeStartMs = startMs - Date.parse(at);
  const facts: DeploymentFacts = {
    ...{ deploymentId: id, service, version, by, href: link, summary },
    beforeStartMs,
  };
  const what = kind === "deployment" ? "was deployed as" : "was reconfigured:";
  const when = `${spellSpan(beforeStartMs)} ${beforeStartMs >= 0 ? "before" : "after"} the first alert`;
  return {
    id: derivedId("evidence", incident.id, kind, id),
    kind,
    source: "deployments",
    at,
    service,
    provenance: {
      from: "pipeline",
      untrusted: [
        "service",
        "summary",
        "facts.service",
        "facts.version",
        "facts.by",
        "facts.href",
        "facts.summary",
      ],
    },
    link: deploymentLink(id),
    summary: `${plainWords(service)} ${what} ${plainWords(version)}, ${when}.`,
    facts,
  };
}

/** Where a month knows of no change at all, nobody tells the platform of them. */
async function missedBy(
  items: readonly Deployment[],
  tenantId: string,
  { startMs, toMs }: Window,
  deployments: DeploymentsDeps["deployments"],
) {
  if (items.length > 0) return [];
  const month = await deployments.list(tenantId, { fromMs: startMs - 30 * dayMs, toMs, limit: maxRead });
  // With a cursor the month was not read to its end: other projects' changes lie before.
  if (month.items.length > 0 || month.cursor) return [];
  return [
    {
      what: "No deployment or configuration change was reported in the last 30 days.",
      remedy: "Let the pipeline tell of each with POST /api/deployments.",
      link: null,
    },
  ];
}
