import { useState } from "react";
import type { ApiKey, ApiKeyList } from "../../../../shared/keys/schemas.ts";
import { Button } from "../../components/button.tsx";
import { type Tone, ToneMark } from "../../components/marks.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty, LoadMore } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { useMay } from "../../lib/session.ts";
import { NewKeyDialog } from "./new-key-dialog.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";
import "./settings.css";
import { SettingsTabs } from "./tabs.tsx";

const looks: Record<ApiKey["state"], { word: string; tone: Tone; filled: number }> = {
  active: { word: "Active", tone: "good", filled: 1 },
  retiring: { word: "Retiring", tone: "warning", filled: 0.5 },
  expired: { word: "Expired", tone: "calm", filled: 0 },
  revoked: { word: "Revoked", tone: "calm", filled: 0 },
};

interface Doing {
  what: "rotate" | "revoke";
  key: ApiKey;
}

/** Which keys are out there, what may they do, and is anybody using them? */
export default function KeysPage() {
  const isAdmin = useMay("admin");
  const keys = usePages<ApiKeyList>(["api-keys"], "/api/keys");
  const [isNew, setNew] = useState(false);
  const [doing, setDoing] = useState<Doing>();
  const items = itemsOf(keys.data);
  const close = () => setDoing(undefined);
  return (
    <Page
      title="Settings"
      actions={
        isAdmin && (
          <Button icon="plus" onClick={() => setNew(true)}>
            New API key
          </Button>
        )
      }
    >
      <SettingsTabs />
      <section className="panel" aria-label="API keys">
        <Await of={keys}>
          {() => (
            <>
              {items.length === 0 && (
                <Empty title="There is no API key">
                  <p>
                    Senders of telemetry and scripts sign in with one. Make one for each, so that each can be
                    ended.
                  </p>
                </Empty>
              )}
              {items.map((key) => (
                <KeyRow key={key.id} of={key} may={isAdmin} onDo={(what) => setDoing({ what, key })} />
              ))}
              <LoadMore list={keys} />
            </>
          )}
        </Await>
      </section>
      {isNew && <NewKeyDialog onClose={() => setNew(false)} />}
      {doing?.what === "rotate" && <RotateDialog of={doing.key} onClose={close} />}
      {doing?.what === "revoke" && <RevokeDialog of={doing.key} onClose={close} />}
    </Page>
  );
}

function KeyRow({ of, may, onDo }: { of: ApiKey; may: boolean; onDo(what: Doing["what"]): void }) {
  const { word, tone, filled } = looks[of.state];
  const isLive = of.state === "active" || of.state === "retiring";
  return (
    <div className="list-row key-row">
      <span>
        <span className="list-title">{of.name}</span>
        <span className="list-sub person-mail mono">{of.prefix}…</span>
      </span>
      <span>
        {of.scopes.join(", ")}
        <span className="list-sub person-mail">{of.projectId ?? "all projects"}</span>
      </span>
      <span>
        <ToneMark tone={tone} filled={filled}>
          {word}
        </ToneMark>
        <span className="list-sub person-mail">
          {of.expiresAt === null ? (
            "never ends"
          ) : (
            <>
              {isLive ? "ends " : "ended "}
              <Time at={of.revokedAt ?? of.expiresAt} as="local" />
            </>
          )}
        </span>
      </span>
      <span className="list-sub">
        {of.lastUsedAt === null ? (
          "not used"
        ) : (
          <>
            used <Time at={of.lastUsedAt} />
          </>
        )}
      </span>
      <span className="row">
        {may && of.state === "active" && (
          <Button size="small" onClick={() => onDo("rotate")}>
            Rotate
          </Button>
        )}
        {may && isLive && (
          <Button size="small" look="ghost" onClick={() => onDo("revoke")}>
            Revoke
          </Button>
        )}
      </span>
    </div>
  );
}
