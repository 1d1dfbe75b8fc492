import { makeSeriesId, type Series } from "../metrics/index.ts";
import { redactLabels } from "../redaction/index.ts";

/** Series are remembered across requests, so each is looked through once; a series belongs to one tenant. */
const seen = new WeakMap<Series, Series>();

/** The series with secrets and personal data masked in its labels: the very same where there are none. */
export function redactSeries(series: Series, tenantSalt: string): Series {
  const known = seen.get(series);
  if (known) return known;
  const { labels } = redactLabels(series.labels, tenantSalt);
  const redacted = labels === series.labels ? series : withLabels(series, labels);
  seen.set(series, redacted);
  return redacted;
}

function withLabels({ seriesId: _, ...described }: Series, masked: Series["labels"]): Series {
  const labels = Object.fromEntries(Object.entries(masked).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { seriesId: makeSeriesId({ ...described, labels }), ...described, labels };
}
