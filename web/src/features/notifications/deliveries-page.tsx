import { Link } from "react-router";
import type { Attempt, Delivery, DeliveryList } from "../../../../shared/notifications/schemas.ts";
import { Button } from "../../components/button.tsx";
import { FilterSelect } from "../../components/field.tsx";
import { ToneMark } from "../../components/marks.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty, LoadMore } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ProjectWord } from "../settings/project-field.tsx";
import { deliveryLooks } from "./channel-words.ts";
import "./notifications.css";
import { NotificationTabs } from "./tabs.tsx";
import { useChannels } from "./use-channels.ts";

const kindWords: Record<Delivery["kind"], string> = {
  "incident.opened": "opened",
  "incident.escalated": "escalated",
  "incident.resolved": "resolved",
  digest: "digest",
  test: "test",
};

/** Did it get through, and if not, why? */
export default function DeliveriesPage() {
  const [params, patch] = useUrlState();
  const channels = useChannels();
  const channelId = params.get("channel") ?? "";
  const incidentId = params.get("incident") ?? "";
  const deliveries = usePages<DeliveryList>(
    ["deliveries"],
    "/api/deliveries",
    { channelId, incidentId },
    { refetchMs: 10_000 },
  );
  const items = itemsOf(deliveries.data);
  return (
    <Page title="Deliveries">
      <NotificationTabs />
      <div className="filters">
        <FilterSelect
          label="Channel"
          value={channelId}
          any="Any channel"
          options={channels.map((channel) => ({ value: channel.id, label: channel.name }))}
          onValue={(value) => patch({ channel: value })}
        />
        {incidentId !== "" && (
          <Button look="ghost" icon="close" onClick={() => patch({ incident: null })}>
            Of one incident only
          </Button>
        )}
      </div>
      <section className="panel" aria-label="Deliveries">
        <Await of={deliveries}>
          {() =>
            items.length === 0 ? (
              <Empty title="Nothing was sent yet">
                <p>
                  Messages go out when an incident opens, worsens or resolves. To see one now, send a test
                  from a <Link to="/notifications">channel</Link>.
                </p>
              </Empty>
            ) : (
              <>
                {items.map((delivery) => (
                  <Row key={delivery.id} delivery={delivery} />
                ))}
                <LoadMore list={deliveries} />
              </>
            )
          }
        </Await>
      </section>
    </Page>
  );
}

function Row({ delivery }: { delivery: Delivery }) {
  const look = deliveryLooks[delivery.state];
  const tries = delivery.attempts.length === 1 ? "1 attempt" : `${delivery.attempts.length} attempts`;
  return (
    <details className="delivery">
      <summary>
        <ToneMark tone={look.tone} filled={look.filled}>
          {look.word}
        </ToneMark>
        <span>
          <span className="list-title">{delivery.title}</span>
          <span className="list-sub">
            {" "}
            {kindWords[delivery.kind]} · {delivery.channelName}
            {delivery.project !== null && <ProjectWord project={delivery.project} />}
          </span>
        </span>
        <span className="quiet small">{tries}</span>
        <span className="quiet small num">
          <Time at={delivery.createdAt} />
        </span>
      </summary>
      <div className="delivery-body">
        <p className="quiet">
          {delivery.reason}
          {delivery.incidentId && (
            <>
              {" "}
              <Link to={`/incidents/${delivery.incidentId}`}>See the incident</Link>
            </>
          )}
        </p>
        <ol className="attempts">
          {delivery.attempts.map((attempt) => (
            <Tried key={attempt.at} attempt={attempt} />
          ))}
        </ol>
      </div>
    </details>
  );
}

function Tried({ attempt }: { attempt: Attempt }) {
  const words = {
    accepted: ["good", "Accepted"],
    retry: ["warning", "Retry"],
    failed: ["critical", "Failed"],
  } as const;
  const [tone, word] = words[attempt.outcome];
  return (
    <li>
      <span className="quiet">
        <Time at={attempt.at} as="clock" />
      </span>
      <ToneMark tone={tone}>{word}</ToneMark>
      <span>
        {attempt.reason}
        <span className="quiet">
          {attempt.status !== null && ` · HTTP ${attempt.status}`} · {attempt.durationMs} ms
          {attempt.nextAt && (
            <>
              {" · again at "}
              <Time at={attempt.nextAt} as="clock" />
            </>
          )}
        </span>
      </span>
    </li>
  );
}
