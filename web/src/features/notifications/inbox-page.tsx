import { useQuery } from "@tanstack/react-query";
import type { Inbox } from "../../../../shared/notifications/schemas.ts";
import { ButtonLink } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api } from "../../lib/api.ts";
import "./notifications.css";
import { NotificationTabs } from "./tabs.tsx";

/** What would e-mail and SMS have said? On a laptop they land here instead of leaving. */
export default function InboxPage() {
  const inbox = useQuery({
    queryKey: ["inbox"],
    queryFn: ({ signal }) => api.get<Inbox>("/local/inbox", {}, signal),
    refetchInterval: 4_000,
  });
  return (
    <Page title="Inbox" subtitle="On this machine, e-mail and SMS stay here instead of being sent.">
      <NotificationTabs />
      <section className="panel" aria-label="Messages">
        <Await of={inbox}>
          {() =>
            inbox.data?.items.length === 0 ? (
              <Empty
                title="No message yet"
                actions={<ButtonLink to="/notifications?new=1">New channel</ButtonLink>}
              >
                <p>Make an e-mail or SMS channel and send a test; it appears here at once.</p>
              </Empty>
            ) : (
              inbox.data?.items.map((message) => (
                <article key={message.id} className="message">
                  <div className="row wrap small quiet">
                    <Icon name={message.protocol} />
                    <span className="mono">{message.to}</span>
                    <span className="push">
                      <Time at={message.at} />
                    </span>
                  </div>
                  {message.subject && <h2>{message.subject}</h2>}
                  <pre>{message.text}</pre>
                </article>
              ))
            )
          }
        </Await>
      </section>
    </Page>
  );
}
