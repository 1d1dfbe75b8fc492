import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { OwnSession, OwnSessionList } from "../../../../shared/tenancy/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { ToneMark } from "../../components/marks.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { Await, LoadMore, Trouble } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api, segment } from "../../lib/api.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { useSession } from "../../lib/session.ts";
import "./settings.css";
import { SettingsTabs } from "./tabs.tsx";
import { Where } from "./where.tsx";

/** Where am I signed in, and is every one of these me? */
export default function SessionsPage() {
  const client = useQueryClient();
  const session = useSession().data;
  const sessions = usePages<OwnSessionList>(["sessions"], "/api/sessions");
  const endAll = useMutation({
    mutationFn: () => api.post<void>("/api/session/end-all", {}),
    onSuccess: () => location.assign("/"),
  });
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/api/sessions/${segment(id)}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sessions"] }),
  });
  return (
    <Page
      title="Settings"
      actions={
        <>
          {session?.local && (
            <a className="button" href="/idp/password">
              <Icon name="key" />
              Change password
            </a>
          )}
          <Button look="danger" icon="signOut" busy={endAll.isPending} onClick={() => endAll.mutate()}>
            Sign out everywhere
          </Button>
        </>
      }
    >
      <SettingsTabs />
      <Trouble error={end.error ?? endAll.error} />
      {session && (session.tenants.length > 1 || session.project !== null) && (
        <Panel title="Where you are">
          <Where session={session} />
        </Panel>
      )}
      <section className="panel" aria-label="Your sessions">
        <Await of={sessions}>
          {() => (
            <>
              {itemsOf(sessions.data).map((session) => (
                <SessionRow
                  key={session.sessionId}
                  session={session}
                  onEnd={() => end.mutate(session.sessionId)}
                />
              ))}
              <LoadMore list={sessions} />
            </>
          )}
        </Await>
      </section>
    </Page>
  );
}

function SessionRow({ session, onEnd }: { session: OwnSession; onEnd(): void }) {
  return (
    <div className="list-row person-row">
      <span>
        <span className="list-title">{browserOf(session.userAgent)}</span>
        <span className="list-sub person-mail" title={session.userAgent}>
          {session.address}
        </span>
      </span>
      <span>
        {session.current ? (
          <ToneMark tone="good">This one</ToneMark>
        ) : (
          <span className="quiet">elsewhere</span>
        )}
        <span className="list-sub person-mail">
          seen <Time at={session.lastSeenAt} />
        </span>
      </span>
      <span className="list-sub">
        signed in <Time at={session.signedInAt} as="local" />
        <span className="person-mail">
          until <Time at={session.expiresAt} as="local" />
        </span>
      </span>
      {!session.current && (
        <Button size="small" onClick={onEnd}>
          End it
        </Button>
      )}
    </div>
  );
}

const browsers = [
  [/Edg\//, "Edge"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
] as const;
const systems = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
] as const;

/** What a browser calls itself, short enough to tell one's own from a stranger's. */
function browserOf(userAgent: string): string {
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1];
  return [browser ?? "A browser", system].filter(Boolean).join(" on ");
}
