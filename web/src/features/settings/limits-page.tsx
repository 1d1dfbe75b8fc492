import { useQuery } from "@tanstack/react-query";
import type { Bucket, Cardinality, Limits, Quota } from "../../../../shared/limits/schemas.ts";
import { Page, Panel } from "../../components/panel.tsx";
import { Await, SkeletonBlock } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api } from "../../lib/api.ts";
import { formatQuantity } from "../../lib/quantity.ts";
import { Meter } from "./meter.tsx";
import "./settings.css";
import { SettingsTabs } from "./tabs.tsx";

/** What are we allowed, what is left, and who uses it up? */
export default function LimitsPage() {
  const limits = useQuery({
    queryKey: ["limits"],
    queryFn: ({ signal }) => api.get<Limits>("/api/limits", {}, signal),
    refetchInterval: 15_000,
  });
  const series = useQuery({
    queryKey: ["limits", "series"],
    queryFn: ({ signal }) => api.get<Cardinality>("/api/limits/series", {}, signal),
    staleTime: 60_000,
  });
  return (
    <Page title="Settings">
      <SettingsTabs />
      <Await of={limits} skeleton={<SkeletonBlock height={240} />}>
        {() =>
          limits.data && (
            <div className="limits">
              <Panel title="What may be had">
                <ul className="meters">
                  {limits.data.quotas.map((quota) => (
                    <QuotaMeter key={quota.name} quota={quota} />
                  ))}
                </ul>
              </Panel>
              <Panel title="How fast">
                <ul className="meters">
                  {limits.data.buckets.map((bucket) => (
                    <BucketMeter
                      key={`${bucket.routeClass} ${bucket.owner} ${bucket.ownerId}`}
                      bucket={bucket}
                    />
                  ))}
                </ul>
              </Panel>
            </div>
          )
        }
      </Await>
      <Panel title="Where the series come from" flush>
        <Await of={series}>{() => series.data && <Series of={series.data} />}</Await>
      </Panel>
    </Page>
  );
}

const quotaNames: Record<Quota["name"], string> = {
  "alert-rules": "Alert rules",
  channels: "Notification channels",
  "api-keys": "API keys",
  series: "Metric series",
  "ai-tokens-per-day": "AI tokens today",
};

function QuotaMeter({ quota }: { quota: Quota }) {
  return (
    <li>
      <Meter name={quotaNames[quota.name]} used={quota.used} of={quota.limit}>
        {quota.used.toLocaleString("en")} of {quota.limit.toLocaleString("en")}
        {quota.resetsAt !== null && (
          <>
            , anew <Time at={quota.resetsAt} as="local" />
          </>
        )}
      </Meter>
    </li>
  );
}

const classes: Record<Bucket["routeClass"], string> = {
  api: "API requests",
  ai: "Requests a model answers",
  ingest: "Telemetry",
};
const owners: Record<Bucket["owner"], string> = {
  key: "this key",
  person: "you",
  tenant: "everybody together",
};

function BucketMeter({ bucket: { routeClass, owner, unit, perMinute, remaining } }: { bucket: Bucket }) {
  const spell = (amount: number) =>
    unit === "bytes" ? formatQuantity(amount, "By") : amount.toLocaleString("en");
  return (
    <li>
      <Meter name={`${classes[routeClass]}, ${owners[owner]}`} used={perMinute - remaining} of={perMinute}>
        {spell(remaining)} of {spell(perMinute)} a minute left
      </Meter>
    </li>
  );
}

function Series({ of: { series, limit, metrics, complete } }: { of: Cardinality }) {
  return (
    <div className="table-scroll">
      {series >= limit && (
        <p className="gate-none" role="status">
          The quota is used up: points of new series are refused now, and their senders are told.
        </p>
      )}
      <p className="gate-none quiet small">
        Beyond {limit.toLocaleString("en")} series new ones are refused, and known ones go on. A series counts
        until it has been silent for a day.
      </p>
      <table className="table">
        <thead>
          <tr>
            <th>Metric</th>
            <th className="num">Series</th>
            <th>Labels that multiply it</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map(({ metric, series, labels }) => (
            <tr key={metric}>
              <td className="mono">{metric}</td>
              <td className="num">{series.toLocaleString("en")}</td>
              <td>
                {labels.map(({ label, values, examples }) => (
                  <span className="label" key={label} title={examples.join(", ")}>
                    <b>{label}</b>
                    <span>{values}</span>
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!complete && <p className="gate-none quiet small">There are more series than were looked at.</p>}
    </div>
  );
}
