import { Panel } from "../../components/panel.tsx";
import { roughDuration } from "../../lib/duration.ts";
import { useAnalysis } from "./use-analysis.ts";

/** Every step the analysis took, its time and its cost. */
export function Work({ incidentId }: { incidentId: string }) {
  const analysis = useAnalysis(incidentId).data?.analysis;
  if (!analysis) return null;
  const { steps, cost, evidence, evidenceLeftOut } = analysis;
  return (
    <Panel title="How it was worked out">
      <details>
        <summary>
          {steps.length} steps, {evidence.length} pieces of evidence
          {evidenceLeftOut > 0 && `, ${evidenceLeftOut} weaker ones left out`}
        </summary>
        <ol className="steps">
          {steps.map((step) => (
            <li key={`${step.at} ${step.what}`}>
              <span>{step.what}</span>
              <span className="quiet">{roughDuration(step.tookMs)}</span>
              <span className="quiet steps-outcome">{step.outcome}</span>
            </li>
          ))}
        </ol>
      </details>
      <p className="quiet small">
        {cost.calls === 0
          ? "No model was asked; it cost nothing."
          : `${cost.calls === 1 ? "1 call" : `${cost.calls} calls`} to a model, ${(cost.inputTokens + cost.outputTokens).toLocaleString("en")} tokens, $${cost.costUsd.toFixed(4)}.`}
      </p>
    </Panel>
  );
}
