import { useEffect, useState } from "react";
import { TextField } from "../../components/field.tsx";
import { withCondition } from "../../lib/matchers-text.ts";
import type { Facet } from "./label-facets.ts";
import "./query-controls.css";

const valuesShown = 12;

interface MatcherFieldProps {
  match: string;
  facets: readonly Facet[];
  error?: string | undefined;
  onMatch(match: string): void;
  /** How long typing has to rest before it counts, ms. */
  settleMs?: number;
}

/** Label conditions in PromQL spelling; the labels that exist can be picked instead of typed. */
export function MatcherField({ match, facets, error, onMatch, settleMs = 450 }: MatcherFieldProps) {
  const [text, setText] = useState(match);
  useEffect(() => setText(match), [match]);
  useEffect(() => {
    if (text === match) return;
    const timer = window.setTimeout(() => onMatch(text), settleMs);
    return () => window.clearTimeout(timer);
  }, [text, match, onMatch, settleMs]);
  return (
    <div className="field">
      <TextField
        label="Only series where"
        mono
        value={text === "{}" ? "" : text}
        placeholder='{env="prod",host=~"web.*"}'
        error={error}
        hint={
          <>
            <code>=</code> is, <code>!=</code> is not, <code>=~</code> matches, <code>!~</code> does not
            match; commas mean and. Empty takes every series.
          </>
        }
        onValue={setText}
      />
      {facets.length > 0 && (
        <details className="disclosure">
          <summary>Pick from {facets.length === 1 ? "1 label" : `${facets.length} labels`}</summary>
          <div className="facets">
            {facets.map((facet) => (
              <section key={facet.label} className="facet">
                <h3 className="truncate">{facet.label}</h3>
                {facet.values.slice(0, valuesShown).map(({ value, count }) => (
                  <button
                    key={value}
                    type="button"
                    onClick={() => onMatch(withCondition(text, facet.label, value))}
                  >
                    <span className="truncate">{value === "" ? "(empty)" : value}</span>
                    <span>{count}</span>
                  </button>
                ))}
                {facet.values.length > valuesShown && (
                  <p className="quiet small">{facet.values.length - valuesShown} more</p>
                )}
              </section>
            ))}
          </div>
        </details>
      )}
    </div>
  );
}
