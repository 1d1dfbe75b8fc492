import type { Analysis } from "../../../../shared/analysis/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Panel } from "../../components/panel.tsx";
import { Await, Empty, SkeletonBlock, Trouble } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { roughDuration } from "../../lib/duration.ts";
import "./analysis.css";
import { ExplanationText } from "./explanation-text.tsx";
import { HypothesisView } from "./hypothesis-view.tsx";
import { Score } from "./score.tsx";
import { type AnalysisActions, useAnalysis } from "./use-analysis.ts";

interface LikelyCauseProps {
  incidentId: string;
  actions: AnalysisActions;
  may: boolean;
}

/** What most likely broke, on top of everything else: the claim, its score, what speaks for and against it. */
export function LikelyCause({ incidentId, actions, may }: LikelyCauseProps) {
  const latest = useAnalysis(incidentId);
  const analysis = latest.data?.analysis;
  const isPending = latest.data?.pending ?? false;
  return (
    <Panel
      title="Likely cause"
      aside={
        <span className="row push">
          {analysis && <Made analysis={analysis} isPending={isPending} />}
          {may && (
            <Button
              size="small"
              look="ghost"
              busy={actions.again.isPending || isPending}
              onClick={() => actions.again.mutate()}
            >
              {isPending ? "Looking…" : analysis ? "Look again" : "Look into it"}
            </Button>
          )}
        </span>
      }
    >
      <Trouble error={actions.again.error} />
      <Await of={latest} skeleton={<SkeletonBlock height={180} />}>
        {() =>
          analysis ? (
            <Found analysis={analysis} actions={actions} may={may} />
          ) : (
            <Empty title={isPending ? "Looking into it" : "Not looked into yet"}>
              <p>
                {isPending
                  ? "Collecting what changed around the start; the ranked causes appear here within seconds."
                  : "No analysis has been made of this incident."}
              </p>
            </Empty>
          )
        }
      </Await>
    </Panel>
  );
}

function Made({ analysis, isPending }: { analysis: Analysis; isPending: boolean }) {
  return (
    <span className="quiet small" aria-live="polite">
      {isPending ? "looking again, " : analysis.status === "ranked" ? "explanation to follow, " : ""}
      ranked in {roughDuration(analysis.rankedAfterMs)}, <Time at={analysis.createdAt} />
    </span>
  );
}

function Found({ analysis, actions, may }: { analysis: Analysis; actions: AnalysisActions; may: boolean }) {
  const [first, ...others] = analysis.hypotheses;
  if (!first) {
    return (
      <Empty title="Nothing stands out">
        <p>
          No metric in reach left its history around the start. The gaps beside say what could not be seen.
        </p>
      </Empty>
    );
  }
  return (
    <div className="stack">
      <div className="cause-head">
        <p className="cause">{first.statement}</p>
        <Score score={first.score} />
      </div>
      <ExplanationText explanation={analysis.explanation} evidence={analysis.evidence} />
      <HypothesisView analysis={analysis} hypothesis={first} actions={actions} may={may} />
      {others.length > 0 && (
        <section className="others">
          <h3>It could also be</h3>
          {others.map((hypothesis) => (
            <details key={hypothesis.id}>
              <summary>
                <span>{hypothesis.statement}</span>
                <Score score={hypothesis.score} />
              </summary>
              <HypothesisView analysis={analysis} hypothesis={hypothesis} actions={actions} may={may} />
            </details>
          ))}
        </section>
      )}
    </div>
  );
}
