import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { MetricInfo } from "../../../../shared/metrics/schemas.ts";
import { withQuery } from "../../lib/api.ts";
import { useListKeys } from "../../lib/list-keys.ts";
import { unitName } from "../../lib/quantity.ts";
import "./metric-picker.css";

const shownAtMost = 200;
const typeWords: Record<MetricInfo["type"], string> = {
  gauge: "gauge",
  sum: "sum",
  histogram: "histogram",
  exponential_histogram: "exp. histogram",
  summary: "summary",
};

/** All metrics by name; words narrow the list. */
export function MetricPicker({ metrics, picked }: { metrics: readonly MetricInfo[]; picked: string }) {
  const [text, setText] = useState("");
  const [folded, setFolded] = useState(picked !== "");
  const [params] = useSearchParams();
  const list = useListKeys<HTMLDivElement>();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = metrics.filter((metric) => words.every((word) => metric.name.toLowerCase().includes(word)));
  return (
    <section className="panel picker" aria-label="Metrics">
      <div className="picker-search">
        <input
          className="input"
          type="search"
          aria-label="Search metrics"
          placeholder={`Search ${metrics.length} metrics`}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onFocus={() => setFolded(false)}
        />
      </div>
      <div className={`picker-list${folded ? " picker-folded" : ""}`} ref={list}>
        {found.slice(0, shownAtMost).map((metric) => (
          <Link
            key={metric.name}
            className="picker-item"
            to={withQuery("/metrics", { name: metric.name, from: params.get("from"), to: params.get("to") })}
            aria-current={metric.name === picked}
            onClick={() => setFolded(true)}
            data-row
          >
            <span className="picker-name">{metric.name}</span>
            <span className="picker-facts">{facts(metric)}</span>
          </Link>
        ))}
        {found.length > shownAtMost && (
          <p className="quiet small picker-item">{found.length - shownAtMost} more; add a word to narrow.</p>
        )}
        {found.length === 0 && <p className="quiet small picker-item">No metric is called that.</p>}
      </div>
    </section>
  );
}

function facts({ type, unit, seriesCount }: MetricInfo): string {
  const series = seriesCount === 1 ? "1 series" : `${seriesCount.toLocaleString("en")} series`;
  return [typeWords[type], unitName(unit), series].filter(Boolean).join(" · ");
}
