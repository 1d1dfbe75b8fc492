import type { Facet } from "./label-facets.ts";
import "./query-controls.css";

interface GroupByProps {
  groupBy: readonly string[];
  facets: readonly Facet[];
  /** What no label, and what every label, means here. */
  words: { none: string; all: string };
  onGroupBy(groupBy: string[]): void;
}

/** Which labels keep series apart: none, some, or all of them. */
export function GroupByField({ groupBy, facets, words, onGroupBy }: GroupByProps) {
  const every = groupBy.includes("*");
  const names = [
    ...new Set([...facets.map((facet) => facet.label), ...groupBy.filter((label) => label !== "*")]),
  ];
  const toggle = (label: string) =>
    onGroupBy(
      groupBy.includes(label)
        ? groupBy.filter((other) => other !== label)
        : [...groupBy.filter((other) => other !== "*"), label],
    );
  return (
    <div className="field">
      <span className="field-label">Group by</span>
      {/* biome-ignore lint/a11y/useSemanticElements: a row of toggles needs no fieldset's frame */}
      <div className="chips" role="group" aria-label="Group by">
        <button
          type="button"
          className="chip"
          aria-pressed={groupBy.length === 0}
          onClick={() => onGroupBy([])}
        >
          {words.none}
        </button>
        {names.map((label) => (
          <button
            key={label}
            type="button"
            className="chip mono"
            aria-pressed={groupBy.includes(label)}
            onClick={() => toggle(label)}
          >
            {label}
          </button>
        ))}
        <button
          type="button"
          className="chip"
          aria-pressed={every}
          onClick={() => onGroupBy(every ? [] : ["*"])}
        >
          {words.all}
        </button>
      </div>
    </div>
  );
}
