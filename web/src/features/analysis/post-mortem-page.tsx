import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import type { GuardCheck, PostMortem } from "../../../../shared/analysis/schemas.ts";
import { ButtonLink } from "../../components/button.tsx";
import { CopyButton } from "../../components/copy.tsx";
import { IncidentStateMark, SeverityMark, ToneMark } from "../../components/marks.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { Await, Failed, SkeletonBlock } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api, segment } from "../../lib/api.ts";
import { useMayOperate } from "../../lib/session.ts";
import "./analysis.css";
import { PostMortemForm } from "./post-mortem-form.tsx";

/** What happened, why, and what keeps it from happening again? */
export default function PostMortemPage() {
  const { incidentId = "" } = useParams();
  const back = { to: `/incidents/${incidentId}`, label: "Incident" };
  const path = `/api/incidents/${segment(incidentId)}`;
  const known = useQuery({
    queryKey: ["incident", incidentId, "post-mortem"],
    queryFn: ({ signal }) => api.get<PostMortem>(`${path}/post-mortem`, {}, signal),
    refetchOnWindowFocus: false,
  });
  const may = useMayOperate();
  if (known.isPending)
    return (
      <Page title="Post-mortem" back={back}>
        <SkeletonBlock height={420} />
      </Page>
    );
  if (known.isError) return <Failed error={known.error} retry={() => known.refetch()} />;
  const postMortem = known.data;
  return (
    <Page
      title={postMortem.title}
      back={back}
      above={
        <>
          <SeverityMark severity={postMortem.severity} />
          <IncidentStateMark state={postMortem.state} />
        </>
      }
      subtitle={
        postMortem.edited ? (
          <>
            Saved {postMortem.updatedAt && <Time at={postMortem.updatedAt} />}
            {postMortem.updatedBy && ` by ${postMortem.updatedBy}`}
          </>
        ) : (
          "A draft, made from the timeline and the analysis. Saving makes it yours."
        )
      }
      actions={
        <>
          <CopyButton text={postMortem.markdown} label="the post-mortem as Markdown" word="Copy Markdown" />
          <a
            className="button"
            download={`${incidentId}.md`}
            href={`data:text/markdown;charset=utf-8,${encodeURIComponent(postMortem.markdown)}`}
          >
            Download
          </a>
        </>
      }
    >
      <div className="post-mortem">
        <PostMortemForm key={postMortem.version} postMortem={postMortem} path={path} may={may} />
        <div className="stack">
          <Guard path={path} incidentId={incidentId} />
          <Panel title="Timeline">
            <ol className="moments">
              {postMortem.timeline.map(({ at, text }) => (
                <li key={`${at} ${text}`}>
                  <span className="quiet">
                    <Time at={at} as="clock" />
                  </span>
                  {text}
                </li>
              ))}
            </ol>
          </Panel>
        </div>
      </div>
    </Page>
  );
}

/** Would anybody be told the next time? An incident is learned from only when a rule's back-test says so. */
function Guard({ path, incidentId }: { path: string; incidentId: string }) {
  const guard = useQuery({
    queryKey: ["incident", incidentId, "guard"],
    queryFn: ({ signal }) => api.get<GuardCheck>(`${path}/guard`, {}, signal),
  });
  return (
    <Panel title="The next time">
      <Await of={guard} skeleton={<SkeletonBlock height={60} />}>
        {() =>
          guard.data && (
            <div className="guard">
              <ToneMark tone={guard.data.guarded ? "good" : "warning"} filled={guard.data.guarded ? 1 : 0.5}>
                {guard.data.guarded ? "A rule would tell" : "Nobody would be told"}
              </ToneMark>
              <p>{guard.data.reason}</p>
              <ul className="moments">
                {guard.data.tried.map(({ ruleId, name, fires, firstFiredAt }) => (
                  <li key={ruleId}>
                    <span className="quiet">
                      {firstFiredAt ? <Time at={firstFiredAt} as="clock" /> : "silent"}
                    </span>
                    <span>
                      {name}
                      {fires ? " fires" : " does not fire"}
                    </span>
                  </li>
                ))}
              </ul>
              {!guard.data.guarded && <ButtonLink to="/alerts/rules/new">Make a rule</ButtonLink>}
            </div>
          )
        }
      </Await>
    </Panel>
  );
}
