import type { Block, BlockChange } from "./block.ts";
import { metricClassOf } from "./metric-class.ts";
import type { PendingChange } from "./pending-change.ts";
import { labelsOf, serviceOf } from "./watched-service.ts";

/** The class of every service watched as a whole. */
export const vectorClass = "vector/service";

/** Lets the block's detectors look at what is new, and says what has to be told, ready to be kept with the block. */
export function pendingOf(block: Block, causationId: string | null): PendingChange[] {
  return block.advance().map((change) => pending(block, change, causationId));
}

function pending({ state }: Block, change: BlockChange, causationId: string | null): PendingChange {
  const { series, rhythm, contributors, row, outcome, ...seen } = change;
  const told = { ...seen, outcome: outcome ?? null, causationId };
  if (series) {
    const { id: seriesId, metric, signal, labels, unit } = series;
    return {
      ...told,
      subject: {
        kind: "metric",
        seriesId,
        metric,
        signal,
        service: serviceOf(labels) ?? null,
        labels,
        unit,
      },
      metricClass: metricClassOf(signal, unit, rhythm),
      contributions: [{ metric, labels, share: 1 }],
      row: null,
    };
  }
  const { service } = state;
  return {
    ...told,
    subject: {
      kind: "vector",
      seriesId: null,
      metric: null,
      signal: null,
      service: service?.service ?? null,
      labels: service === null ? {} : labelsOf(service),
      unit: null,
    },
    metricClass: vectorClass,
    contributions: contributors.flatMap(({ metric, share }) => {
      const member = state.members[metric];
      return member ? [{ metric: member.metric, labels: member.labels, share }] : [];
    }),
    row: row ? state.members.map(({ id }, i) => ({ seriesId: id, value: row[i] ?? null })) : null,
  };
}
