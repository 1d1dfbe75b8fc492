import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { AuditEntry, AuditList, AuditStatistics } from "../../../../shared/audit/schemas.ts";
import { Button } from "../../components/button.tsx";
import { FilterSelect } from "../../components/field.tsx";
import { Page } from "../../components/panel.tsx";
import { Sparkline } from "../../components/sparkline.tsx";
import { Await, Empty, LoadMore } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api, withQuery } from "../../lib/api.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { useUrlState } from "../../lib/url-state.ts";
import "./settings.css";
import { SettingsTabs } from "./tabs.tsx";

/** Who did what, when, from where, and why? */
export default function AuditPage() {
  const [params, patch] = useUrlState();
  const filter = {
    actor: params.get("actor") ?? "",
    resource: params.get("resource") ?? "",
    action: params.get("action") ?? "",
  };
  const entries = usePages<AuditList>(["audit"], "/api/audit", filter, { refetchMs: 30_000 });
  const statistics = useQuery({
    queryKey: ["audit", "statistics"],
    queryFn: ({ signal }) => api.get<AuditStatistics>("/api/audit/statistics", {}, signal),
    staleTime: 60_000,
  });
  const items = itemsOf(entries.data);
  const isNarrowed = Object.values(filter).some((value) => value !== "");
  const known = statistics.data;
  return (
    <Page
      title="Settings"
      actions={
        <>
          <a
            className="button"
            download
            href={withQuery("/api/audit/export", { ...filter, format: "jsonl" })}
          >
            JSONL
          </a>
          <a className="button" download href={withQuery("/api/audit/export", { ...filter, format: "csv" })}>
            CSV
          </a>
        </>
      }
    >
      <SettingsTabs />
      {known && known.entries > 0 && (
        <div className="audit-days">
          <span>
            <b>{known.entries.toLocaleString("en")}</b> <span className="quiet">acts in 30 days</span>
          </span>
          <Sparkline values={known.perDay.map(({ count }) => count)} height={34} label="Acts a day" />
        </div>
      )}
      <div className="filters">
        <FilterSelect
          label="Action"
          value={filter.action}
          any="Any action"
          options={(known?.byAction ?? []).map(({ name, count }) => ({
            value: name,
            label: `${name} (${count})`,
          }))}
          onValue={(action) => patch({ action })}
        />
        <FilterSelect
          label="Actor"
          value={filter.actor}
          any="Anybody"
          options={(known?.byActor ?? []).map(({ actor, count }) => ({
            value: `${actor.kind}:${actor.id}`,
            label: `${actor.name ?? actor.id} (${count})`,
          }))}
          onValue={(actor) => patch({ actor })}
        />
        <ResourceFilter resource={filter.resource} onResource={(resource) => patch({ resource })} />
        {isNarrowed && (
          <Button
            look="ghost"
            icon="close"
            onClick={() => patch({ actor: null, resource: null, action: null })}
          >
            Clear
          </Button>
        )}
      </div>
      <section className="panel" aria-label="Audit">
        <Await of={entries}>
          {() => (
            <>
              {items.map((entry) => (
                <Entry key={entry.seq} entry={entry} />
              ))}
              {items.length === 0 && (
                <Empty title={isNarrowed ? "Nothing like that was done" : "Nothing was done yet"}>
                  <p>
                    Every change by a person or a key, and every act of the platform itself, is chained here.
                  </p>
                </Empty>
              )}
              <LoadMore list={entries} />
            </>
          )}
        </Await>
      </section>
    </Page>
  );
}

function ResourceFilter({ resource, onResource }: { resource: string; onResource(resource: string): void }) {
  const [text, setText] = useState(resource);
  useEffect(() => setText(resource), [resource]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onResource(text.trim());
      }}
    >
      <input
        className="input input-mono"
        aria-label="Resource"
        placeholder="alert-rule:rul_…"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => onResource(text.trim())}
      />
    </form>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { actor, action, resource, before, after, why, from, at, seq, hash } = entry;
  return (
    <details className="audit-entry">
      <summary>
        <span className="quiet">
          <Time at={at} as="local" />
        </span>
        <b>{actor.name ?? (actor.kind === "system" ? "SentinelOps" : actor.id)}</b>
        <span className="mono">{action}</span>
        <span className="truncate">{resource.name ?? resource.id}</span>
      </summary>
      <div className="audit-facts">
        {why && <p>{why}</p>}
        <Differences before={before} after={after} />
        <p className="quiet small mono">
          #{seq} · {resource.type}:{resource.id}
          {from && ` · ${from.ip} · ${from.userAgent} · ${from.requestId}`} · {hash.slice(0, 16)}…
        </p>
      </div>
    </details>
  );
}

type Fields = Readonly<Record<string, unknown>> | null;

/** Field by field, what it was and what it became. */
function Differences({ before, after }: { before: Fields; after: Fields }) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return null;
  return (
    <table className="table">
      <tbody>
        {names.map((name) => (
          <tr key={name}>
            <td className="quiet">{name}</td>
            <td className="audit-before">{spell(before?.[name])}</td>
            <td>{spell(after?.[name])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const spell = (value: unknown): string =>
  value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
