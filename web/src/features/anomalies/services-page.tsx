import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { VectorList, VectorSummary } from "../../../../shared/anomalies/schemas.ts";
import { ToneMark } from "../../components/marks.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api, segment, withQuery } from "../../lib/api.ts";
import { useListKeys } from "../../lib/list-keys.ts";
import { inAddress, isDivided } from "../../lib/projects.ts";
import "./anomalies.css";
import { Rarity } from "./rarity.tsx";
import { AnomalyTabs } from "./tabs.tsx";

/** Which service behaves unlike itself, all its metrics taken together? */
export default function ServicesPage() {
  const services = useQuery({
    queryKey: ["anomalies", "vectors"],
    queryFn: ({ signal }) => api.get<VectorList>("/api/anomalies/vectors", {}, signal),
    refetchInterval: 30_000,
  });
  const list = useListKeys<HTMLElement>();
  const items = services.data?.items ?? [];
  return (
    <Page title="Anomalies">
      <AnomalyTabs />
      <section className="panel" aria-label="Services" ref={list}>
        <Await of={services}>
          {() =>
            items.length === 0 ? (
              <Empty title="No service is watched as a whole yet">
                <p>
                  It takes two metrics that carry the same <span className="mono">service.name</span>. They
                  are watched together from their first points on.
                </p>
              </Empty>
            ) : (
              items.map((one) => (
                <ServiceRow key={`${one.project} ${one.service}`} one={one} isDivided={isDivided(items)} />
              ))
            )
          }
        </Await>
      </section>
    </Page>
  );
}

function ServiceRow({ one, isDivided }: { one: VectorSummary; isDivided: boolean }) {
  const isUnusual = one.openAnomalyId !== null;
  return (
    <Link
      className="list-row service-row"
      to={withQuery(`/anomalies/services/${segment(one.service)}`, { project: inAddress(one.project) })}
      data-row
    >
      <ToneMark
        tone={isUnusual ? "warning" : one.score === null ? "calm" : "good"}
        filled={isUnusual ? 1 : 0}
      >
        {isUnusual ? "Unusual" : one.score === null ? "Learning" : "As usual"}
      </ToneMark>
      <span>
        <span className="list-title">{one.service}</span>
        {isDivided && <span className="list-sub"> {one.project} ·</span>}
        <span className="list-sub"> {one.metricCount === 1 ? "1 metric" : `${one.metricCount} metrics`}</span>
      </span>
      {one.score === null ? <span /> : <Rarity score={one.score} />}
      <span className="small quiet anomaly-when">{one.at && <Time at={one.at} />}</span>
    </Link>
  );
}
