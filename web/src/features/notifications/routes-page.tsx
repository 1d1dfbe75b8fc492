import { useState } from "react";
import type { Channel, NotificationRoute, RouteList } from "../../../../shared/notifications/schemas.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { ToneMark } from "../../components/marks.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty, LoadMore } from "../../components/states.tsx";
import { roughDuration } from "../../lib/duration.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { useMayOperate } from "../../lib/session.ts";
import { ProjectWord, useMayChange } from "../settings/project-field.tsx";
import "./notifications.css";
import { RemoveDialog } from "./remove-dialog.tsx";
import { RouteDialog } from "./route-dialog.tsx";
import { NotificationTabs } from "./tabs.tsx";
import { useChannels } from "./use-channels.ts";

/** Which incidents reach whom? */
export default function RoutesPage() {
  const [editing, setEditing] = useState<NotificationRoute | "new">();
  const [removing, setRemoving] = useState<NotificationRoute>();
  const mayOperate = useMayOperate();
  const mayChange = useMayChange();
  const channels = useChannels();
  const routes = usePages<RouteList>(["routes"], "/api/notification-routes");
  const items = itemsOf(routes.data);
  const add = mayOperate && (
    <Button look="primary" icon="plus" onClick={() => setEditing("new")}>
      New route
    </Button>
  );
  return (
    <Page title="Notification routes" actions={add}>
      <NotificationTabs />
      <section className="panel" aria-label="Routes">
        <Await of={routes}>
          {() =>
            items.length === 0 ? (
              <Empty title="No route yet" actions={add}>
                <p>
                  A route says which incidents reach which channels: by their labels, service and severity.
                </p>
              </Empty>
            ) : (
              <>
                {items.map((route) => (
                  <div
                    key={route.id}
                    className={`list-row channel-row${route.enabled ? "" : " channel-off"}`}
                  >
                    <span className="channel-kind">
                      <Icon name="link" />
                    </span>
                    <div>
                      <p className="list-title">{route.name}</p>
                      <p className="list-sub">
                        {describe(route)}
                        <ProjectWord project={route.project} />
                      </p>
                      <Told route={route} channels={channels} />
                    </div>
                    {route.enabled ? (
                      <ToneMark tone="good">In use</ToneMark>
                    ) : (
                      <ToneMark tone="calm" filled={0}>
                        Off
                      </ToneMark>
                    )}
                    {mayOperate && mayChange(route) && (
                      <div className="channel-actions">
                        <IconButton
                          icon="edit"
                          label={`Change ${route.name}`}
                          onClick={() => setEditing(route)}
                        />
                        <IconButton
                          icon="trash"
                          label={`Delete ${route.name}`}
                          onClick={() => setRemoving(route)}
                        />
                      </div>
                    )}
                  </div>
                ))}
                <LoadMore list={routes} />
              </>
            )
          }
        </Await>
      </section>
      {editing && (
        <RouteDialog
          {...(editing === "new" ? {} : { route: editing })}
          onClose={() => setEditing(undefined)}
        />
      )}
      {removing && (
        <RemoveDialog
          what="route"
          name={removing.name}
          consequence="its incidents no longer reach these channels, unless another route sends them there."
          path={`/api/notification-routes/${removing.id}`}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Page>
  );
}

function Told({ route, channels }: { route: NotificationRoute; channels: readonly Channel[] }) {
  return (
    <p className="row wrap small">
      <Icon name="arrow" size={13} />
      {route.channelIds.map((id) => (
        <span key={id}>{channels.find((channel) => channel.id === id)?.name ?? "a deleted channel"}</span>
      ))}
    </p>
  );
}

function describe({
  match,
  minSeverity,
  groupBy,
  groupWindowMs,
  notifyOnResolve,
}: NotificationRoute): string {
  const which = match === "{}" ? "every incident" : `incidents where ${match}`;
  const graver =
    minSeverity === "info" ? "" : minSeverity === "warning" ? ", warning or critical" : ", critical only";
  const grouped =
    groupBy.length === 0 ? "" : `, one message per ${groupBy.join(", ")} in ${roughDuration(groupWindowMs)}`;
  return `${which}${graver}${grouped}${notifyOnResolve ? ", also when resolved" : ""}`;
}
