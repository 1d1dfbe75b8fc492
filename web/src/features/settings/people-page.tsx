import { useState } from "react";
import type { Invitation, InvitationList, Member, MemberList } from "../../../../shared/tenancy/schemas.ts";
import { Button } from "../../components/button.tsx";
import { ToneMark } from "../../components/marks.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { Await, Empty, LoadMore } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { useMay, useSession } from "../../lib/session.ts";
import { InviteDialog } from "./invite-dialog.tsx";
import { MemberDialog } from "./member-dialog.tsx";
import { projectsWords, roles, roleWords } from "./role-words.ts";
import "./settings.css";
import { SettingsTabs } from "./tabs.tsx";
import { WithdrawDialog } from "./withdraw-dialog.tsx";

/** Who belongs here, and what may they do? */
export default function PeoplePage() {
  const isAdmin = useMay("admin");
  const [isInviting, setInviting] = useState(false);
  return (
    <Page
      title="Settings"
      actions={
        isAdmin && (
          <Button icon="plus" onClick={() => setInviting(true)}>
            Invite somebody
          </Button>
        )
      }
    >
      <SettingsTabs />
      <div className="settings-split">
        <div className="stack">
          <Members mayChange={isAdmin} />
          {isAdmin && <Invitations />}
        </div>
        <Panel title="What the roles mean">
          <dl className="role-list">
            {roles.map((role) => (
              <div key={role}>
                <dt>{role}</dt>
                <dd>{roleWords[role]}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </div>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  );
}

function Members({ mayChange }: { mayChange: boolean }) {
  const members = usePages<MemberList>(["members"], "/api/members");
  const me = useSession().data?.actor.id;
  const [changing, setChanging] = useState<Member>();
  return (
    <Panel title="Members" flush>
      <Await of={members}>
        {() => (
          <>
            {itemsOf(members.data).map((member) => (
              <div className="list-row person-row" key={member.personId}>
                <span>
                  <span className="list-title">{member.name}</span>
                  {member.personId === me && <span className="quiet"> you</span>}
                  <span className="list-sub person-mail">{member.email ?? "no e-mail"}</span>
                </span>
                <span>
                  <b>{member.role}</b>
                  <span className="list-sub person-mail">{projectsWords(member.projects)}</span>
                </span>
                <span className="quiet small">
                  since <Time at={member.joinedAt} />
                </span>
                {mayChange && (
                  <Button size="small" onClick={() => setChanging(member)}>
                    Change
                  </Button>
                )}
              </div>
            ))}
            <LoadMore list={members} />
          </>
        )}
      </Await>
      {changing && <MemberDialog member={changing} onClose={() => setChanging(undefined)} />}
    </Panel>
  );
}

const stateLooks = {
  open: { word: "Open", tone: "accent" },
  accepted: { word: "Accepted", tone: "good" },
  withdrawn: { word: "Withdrawn", tone: "calm" },
  expired: { word: "Expired", tone: "calm" },
} as const;

function Invitations() {
  const invitations = usePages<InvitationList>(["invitations"], "/api/invitations");
  const [withdrawing, setWithdrawing] = useState<Invitation>();
  const items = itemsOf(invitations.data);
  return (
    <Panel title="Invitations" flush>
      <Await of={invitations}>
        {() => (
          <>
            {items.length === 0 && (
              <Empty title="Nobody is invited">
                <p>An invitation works once, for one address, and ends by itself.</p>
              </Empty>
            )}
            {items.map((invitation) => {
              const { word, tone } = stateLooks[invitation.state];
              return (
                <div className="list-row person-row" key={invitation.invitationId}>
                  <span>
                    <span className="list-title">{invitation.email}</span>
                    <span className="list-sub person-mail">
                      invited by {invitation.invitedBy.name ?? invitation.invitedBy.id}
                    </span>
                  </span>
                  <span>
                    <b>{invitation.role}</b>
                    <span className="list-sub person-mail">{projectsWords(invitation.projects)}</span>
                  </span>
                  <span>
                    <ToneMark tone={tone} filled={invitation.state === "open" ? 0.5 : 0}>
                      {word}
                    </ToneMark>
                    <span className="list-sub person-mail">
                      {invitation.state === "open" ? "ends " : "ended "}
                      <Time at={invitation.expiresAt} as="local" />
                    </span>
                  </span>
                  {invitation.state === "open" && (
                    <Button size="small" look="ghost" onClick={() => setWithdrawing(invitation)}>
                      Withdraw
                    </Button>
                  )}
                </div>
              );
            })}
            <LoadMore list={invitations} />
          </>
        )}
      </Await>
      {withdrawing && <WithdrawDialog invitation={withdrawing} onClose={() => setWithdrawing(undefined)} />}
    </Panel>
  );
}
