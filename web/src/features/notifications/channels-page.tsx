import { useState } from "react";
import type { Channel, ChannelList } from "../../../../shared/notifications/schemas.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { ToneMark } from "../../components/marks.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty, LoadMore } from "../../components/states.tsx";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { useMayOperate } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ProjectWord, useMayChange } from "../settings/project-field.tsx";
import { ChannelDialog } from "./channel-dialog.tsx";
import { channelKinds, statusLooks } from "./channel-words.ts";
import "./notifications.css";
import { RemoveDialog } from "./remove-dialog.tsx";
import { NotificationTabs } from "./tabs.tsx";
import { TestButton, TestOutcome, useTestSend } from "./test-send.tsx";

/** Who can be told, and does it still reach them? */
export default function ChannelsPage() {
  const [params, patch] = useUrlState();
  const [changing, setChanging] = useState<Channel>();
  const [removing, setRemoving] = useState<Channel>();
  const mayOperate = useMayOperate();
  const mayChange = useMayChange();
  const channels = usePages<ChannelList>(["channels"], "/api/channels");
  const items = itemsOf(channels.data);
  const add = mayOperate && (
    <Button look="primary" icon="plus" onClick={() => patch({ new: "1" })}>
      New channel
    </Button>
  );
  return (
    <Page title="Notifications" actions={add}>
      <NotificationTabs />
      <section className="panel" aria-label="Channels">
        <Await of={channels}>
          {() =>
            items.length === 0 ? (
              <Empty title="Nobody is told yet" actions={add}>
                <p>
                  A channel is where messages go: a Slack channel, a webhook, an e-mail address or a phone.
                  The first one gets all incidents until you make routes.
                </p>
              </Empty>
            ) : (
              <>
                {items.map((channel) => (
                  <ChannelRow
                    key={channel.id}
                    channel={channel}
                    mayChange={mayOperate && mayChange(channel)}
                    onChange={() => setChanging(channel)}
                    onRemove={() => setRemoving(channel)}
                  />
                ))}
                <LoadMore list={channels} />
              </>
            )
          }
        </Await>
      </section>
      {params.get("new") && <ChannelDialog onClose={() => patch({ new: null })} />}
      {changing && <ChannelDialog channel={changing} onClose={() => setChanging(undefined)} />}
      {removing && (
        <RemoveDialog
          what="channel"
          name={removing.name}
          consequence="nothing more is sent there, and routes go on without it."
          path={`/api/channels/${removing.id}`}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Page>
  );
}

interface ChannelRowProps {
  channel: Channel;
  mayChange: boolean;
  onChange(): void;
  onRemove(): void;
}

function ChannelRow({ channel, mayChange, onChange, onRemove }: ChannelRowProps) {
  const look = statusLooks[channel.status];
  const test = useTestSend(channel.id);
  return (
    <div className={`list-row channel-row${channel.enabled ? "" : " channel-off"}`}>
      <span className="channel-kind" title={channelKinds[channel.kind].word}>
        <Icon name={channel.kind} />
      </span>
      <div>
        <p className="list-title">{channel.name}</p>
        <p className="list-sub">
          {channelKinds[channel.kind].word} · <span className="mono">{channel.target}</span>
          <ProjectWord project={channel.project} />
        </p>
      </div>
      {channel.enabled ? (
        <ToneMark tone={look.tone} filled={look.filled}>
          {look.word}
        </ToneMark>
      ) : (
        <ToneMark tone="calm" filled={0}>
          Off
        </ToneMark>
      )}
      {mayChange && (
        <div className="channel-actions">
          <TestButton test={test} />
          <IconButton icon="edit" label={`Change ${channel.name}`} onClick={onChange} />
          <IconButton icon="trash" label={`Delete ${channel.name}`} onClick={onRemove} />
        </div>
      )}
      <div className="channel-note">
        {channel.status === "broken" && channel.statusReason && (
          <p className="notice">{channel.statusReason}</p>
        )}
        <TestOutcome test={test} />
      </div>
    </div>
  );
}
