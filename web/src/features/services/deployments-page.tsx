import type { Deployment, DeploymentList } from "../../../../shared/deployments/schemas.ts";
import { Button } from "../../components/button.tsx";
import { CodeBlock } from "../../components/copy.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty, LoadMore } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ProjectWord } from "../settings/project-field.tsx";
import "./services.css";
import { ServiceTabs } from "./tabs.tsx";

/** What was changed, where, when, and by whom? */
export default function DeploymentsPage() {
  const [params, patch] = useUrlState();
  const service = params.get("service") ?? "";
  const deployments = usePages<DeploymentList>(
    ["deployments"],
    "/api/deployments",
    { service },
    { refetchMs: 30_000 },
  );
  const items = itemsOf(deployments.data);
  return (
    <Page title="Services">
      <ServiceTabs />
      {service !== "" && (
        <div className="filters">
          <Button look="ghost" icon="close" onClick={() => patch({ service: null })}>
            Only {service}
          </Button>
        </div>
      )}
      <section className="panel" aria-label="Deployments">
        <Await of={deployments}>
          {() =>
            items.length === 0 ? (
              <Empty title="Nobody has told of a deployment yet">
                <p>
                  One request from a pipeline is enough, and incidents will name the change that came before
                  them:
                </p>
                <CodeBlock label="the request" text={example} />
              </Empty>
            ) : (
              <>
                {items.map((deployment) => (
                  <Line key={deployment.id} deployment={deployment} />
                ))}
                <LoadMore list={deployments} />
              </>
            )
          }
        </Await>
      </section>
    </Page>
  );
}

const example = `curl -X POST "${location.origin}/api/deployments" \\
  -H "Authorization: Bearer $SENTINELOPS_KEY" -H "Content-Type: application/json" \\
  -d '{"service":"checkout","version":"2.4.1","by":"pipeline"}'`;

function Line({ deployment }: { deployment: Deployment }) {
  const { kind, project, service, version, environment, by, summary, link, at } = deployment;
  return (
    <div className="list-row deployment-line">
      <span>
        <span className="list-title">{service}</span> <span className="mono">{version}</span>
        <span className="list-sub">
          {" "}
          {kind === "configuration" ? "configuration" : ""}
          <ProjectWord project={project} />
        </span>
      </span>
      <span className="list-sub">
        {[summary, environment, by].filter(Boolean).join(" · ")}{" "}
        {link !== null && (
          <a href={link} rel="noreferrer noopener" target="_blank">
            Open the change
          </a>
        )}
      </span>
      <span className="small quiet anomaly-when">
        <Time at={at} />
      </span>
    </div>
  );
}
