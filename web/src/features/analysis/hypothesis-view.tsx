import { Link } from "react-router";
import type { Analysis, Hypothesis, Refutation } from "../../../../shared/analysis/schemas.ts";
import { type Tone, ToneMark } from "../../components/marks.tsx";
import { EvidenceList, piecesOf } from "./evidence-list.tsx";
import { Judge } from "./judge.tsx";
import { ScoreSums } from "./score.tsx";
import type { AnalysisActions } from "./use-analysis.ts";

interface HypothesisViewProps {
  analysis: Analysis;
  hypothesis: Hypothesis;
  actions: AnalysisActions;
  may: boolean;
}

/** One hypothesis laid open: what speaks for it and against it, how it was put to the test, what people say. */
export function HypothesisView({ analysis, hypothesis, actions, may }: HypothesisViewProps) {
  const [pro, contra] = [hypothesis.for, hypothesis.against].map((ids) => piecesOf(analysis.evidence, ids));
  return (
    <div className="hypothesis">
      <div className="for-against">
        <section>
          <h4>For</h4>
          {pro?.length ? (
            <EvidenceList pieces={pro} label="Evidence for" />
          ) : (
            <Nothing>Nothing was found.</Nothing>
          )}
        </section>
        <section>
          <h4>Against</h4>
          {contra?.length ? (
            <EvidenceList pieces={contra} label="Evidence against" />
          ) : (
            <Nothing>Nothing that was seen speaks against it.</Nothing>
          )}
        </section>
      </div>
      <Test refutation={hypothesis.refutation} />
      <details>
        <summary>How the score comes about</summary>
        <ScoreSums hypothesis={hypothesis} />
      </details>
      <Judge analysisId={analysis.id} hypothesis={hypothesis} actions={actions} may={may} />
    </div>
  );
}

function Nothing({ children }: { children: string }) {
  return <p className="quiet small">{children}</p>;
}

const outcomes: Record<Refutation["outcome"], { word: string; tone: Tone; filled: number }> = {
  stands: { word: "It held", tone: "good", filled: 1 },
  weakened: { word: "Weakened", tone: "warning", filled: 0.5 },
  refuted: { word: "Refuted", tone: "critical", filled: 1 },
  "not-observable": { word: "Could not be tested", tone: "calm", filled: 0 },
};

function Test({ refutation }: { refutation: Refutation }) {
  const { word, tone, filled } = outcomes[refutation.outcome];
  return (
    <section className="test">
      <h4>Put to the test</h4>
      <p>
        <span className="quiet">Were it wrong, one would see:</span> {refutation.observation}
      </p>
      <p>
        <ToneMark tone={tone} filled={filled}>
          {word}
        </ToneMark>{" "}
        {refutation.found} {refutation.link && <Link to={refutation.link}>See for yourself</Link>}
      </p>
    </section>
  );
}
