import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Service, ServiceGraph, ServiceList } from "../../../../shared/services/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { Await, Empty, SkeletonBlock } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { defaultProject } from "../../lib/contract.ts";
import { useListKeys } from "../../lib/list-keys.ts";
import { inAddress, isDivided } from "../../lib/projects.ts";
import { useMayOperate } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { type DrawnService, Graph } from "./graph.tsx";
import { ServiceDialog } from "./service-dialog.tsx";
import "./services.css";
import { ServiceTabs } from "./tabs.tsx";

/** Which services are there, who owns them, and who calls whom? */
export default function ServicesPage() {
  const may = useMayOperate();
  const [params, patch] = useUrlState();
  const [isNew, setNew] = useState(false);
  const services = useQuery({
    queryKey: ["services", "list"],
    queryFn: ({ signal }) => api.get<ServiceList>("/api/services", {}, signal),
    refetchInterval: 60_000,
  });
  const list = useListKeys<HTMLElement>();
  const items = services.data?.items ?? [];
  const picked = pick(items, params.get("service"), params.get("project"));
  return (
    <Page
      title="Services"
      actions={
        may && (
          <Button icon="plus" onClick={() => setNew(true)}>
            Declare a service
          </Button>
        )
      }
    >
      <ServiceTabs />
      <WholeGraph />
      <section className="panel" aria-label="Services" ref={list}>
        <Await of={services}>
          {() =>
            items.length === 0 ? (
              <Empty title="No service is known yet">
                <p>
                  Services are learned from the <span className="mono">service.name</span> of incoming
                  metrics, or declared here.
                </p>
              </Empty>
            ) : (
              items.map((service) => (
                <Line
                  key={`${service.project} ${service.name}`}
                  service={service}
                  isDivided={isDivided(items)}
                  onPick={() => patch({ service: service.name, project: inAddress(service.project) })}
                />
              ))
            )
          }
        </Await>
      </section>
      {picked && (
        <ServiceDialog
          key={`${picked.project} ${picked.name}`}
          service={picked}
          may={may}
          onClose={() => patch({ service: null, project: null })}
        />
      )}
      {isNew && <ServiceDialog may={may} onClose={() => setNew(false)} />}
    </Page>
  );
}

/** The service an address names; where it names no project, the default one's goes first. */
function pick(items: readonly Service[], name: string | null, project: string | null): Service | undefined {
  const named = items.filter((one) => one.name === name);
  const own = named.find((one) => one.project === (project ?? defaultProject));
  return own ?? (project === null ? named[0] : undefined);
}

interface LineProps {
  service: Service;
  isDivided: boolean;
  onPick(): void;
}

function Line({ service, isDivided, onPick }: LineProps) {
  const { project, name, owner, known, description, dependencies, hosts } = service;
  const calls = dependencies.map((dependency) => dependency.service).join(", ");
  return (
    <button type="button" className="list-row list-button service-line" data-row onClick={onPick}>
      <span>
        <span className="list-title">{name}</span>
        <span className="list-sub">
          {" "}
          {isDivided && `${project} · `}
          {known === "learned" ? "learned from telemetry" : (description ?? "")}
        </span>
      </span>
      <span className="list-sub truncate">
        {calls === "" ? "calls nobody that is known" : `calls ${calls}`}
        {hosts.length > 0 && ` · on ${hosts.length === 1 ? hosts[0] : `${hosts.length} hosts`}`}
      </span>
      <span className="list-sub">{owner ?? "no owner"}</span>
    </button>
  );
}

function WholeGraph() {
  const graph = useQuery({
    queryKey: ["services", "graph"],
    queryFn: ({ signal }) => api.get<ServiceGraph>("/api/services/graph", {}, signal),
    staleTime: 60_000,
  });
  const nodes = useMemo(
    () =>
      graph.data?.nodes.map(
        ({ project, service, known, openIncidents }): DrawnService => ({
          project,
          service,
          look: openIncidents > 0 ? "hurt" : known === "learned" ? "learned" : "calm",
          says: openIncidents > 0 ? `${openIncidents} open` : known,
        }),
      ) ?? [],
    [graph.data],
  );
  if (graph.isPending) return <SkeletonBlock height={240} />;
  if (nodes.length < 2 || !graph.data?.edges.length) return null;
  return (
    <Panel
      title="Who calls whom"
      aside={<span className="quiet small">dashed = learned from telemetry</span>}
    >
      <Graph
        nodes={nodes}
        edges={graph.data.edges}
        label="All services; an arrow leads from caller to callee"
      />
    </Panel>
  );
}
