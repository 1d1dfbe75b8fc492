import { Link } from "react-router";
import type { TimelineEntry, Timeline as TimelinePage } from "../../../../shared/incidents/schemas.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import { Await, LoadMore } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { segment } from "../../lib/api.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";

const icons: Record<TimelineEntry["kind"], IconName> = {
  opened: "incidents",
  alert: "alerts",
  state: "arrow",
  severity: "incidents",
  assignee: "person",
  title: "edit",
  comment: "sms",
  notification: "notifications",
  analysis: "metrics",
};

/** What happened, latest first. */
export function Timeline({ incidentId }: { incidentId: string }) {
  const entries = usePages<TimelinePage>(
    ["incident", incidentId, "timeline"],
    `/api/incidents/${segment(incidentId)}/timeline`,
    { limit: 100 },
    { refetchMs: 20_000 },
  );
  return (
    <Await of={entries}>
      {() => (
        <>
          <ol className="timeline" aria-live="polite" aria-relevant="additions">
            {itemsOf(entries.data).map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
          <LoadMore list={entries} />
        </>
      )}
    </Await>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const isComment = entry.kind === "comment";
  const { alertId } = entry.facts;
  return (
    <li className={`entry entry-${entry.kind}`}>
      <span className="entry-dot">
        <Icon name={icons[entry.kind]} size={13} />
      </span>
      <div className="entry-text">
        {isComment && <b>{nameOf(entry)}</b>}
        <p className={isComment ? "entry-said" : undefined}>{entry.text}</p>
        {!isComment && entry.actor.kind !== "system" && (
          <span className="quiet small">by {nameOf(entry)}</span>
        )}
        {typeof alertId === "string" && (
          <Link className="small" to={`/alerts/${alertId}`}>
            See the alert
          </Link>
        )}
      </div>
      <span className="entry-when">
        <Time at={entry.at} />
      </span>
    </li>
  );
}

const nameOf = ({ actor }: TimelineEntry): string =>
  actor.name ?? (actor.kind === "system" ? "SentinelOps" : actor.id);
