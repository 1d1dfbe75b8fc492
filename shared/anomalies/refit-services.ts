import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { fewestMetrics } from "./block.ts";
import type { BlockState } from "./block-state.ts";
import { activeOf, type DetectorRecord, judgedRecord } from "./detector-record.ts";
import { fitForest, fittedRecord, fullRows } from "./fit-forest.ts";
import { type Columns, gateOf, gateSeed, ownHistoryCorpus } from "./gate.ts";
import { columnsOf, readHistory, type Span } from "./history.ts";
import { vectorClass } from "./pending-of.ts";
import type { RefitDeps, Round } from "./refit-round.ts";
import { renewVector } from "./renew-vector.ts";
import type { WatchedSeries } from "./sample.ts";
import { forestId, vectorBlockId, type WatchedService, watchedName } from "./watched-service.ts";

const mostServices = 40;
const servicesForGate = 4;

/** A round under way, and when the one before it ended. */
interface Services {
  services: readonly WatchedService[];
  blocks: readonly BlockState[];
  span: Span;
  round: Round & { endedMs: number };
}

/**
 * Puts the detector of services through its gate, begins the watch of a service anew where that is outdated, and
 * grows its forest; the round is told of each at once.
 */
export async function judgeServices(
  ctx: Ctx,
  { services, blocks: metricBlocks, span, round }: Services,
  deps: RefitDeps,
): Promise<void> {
  const at = isoTime(ctx.nowMs);
  const histories: Columns[] = [];
  for (const service of services.slice(0, mostServices)) {
    const wanted = [{ id: vectorBlockId(service), kind: "vector" as const, service }];
    const [stored] = await deps.blocks.loadMany(ctx.tenantId, wanted);
    const members = stored?.block.state.members ?? [];
    if (!stored || members.length < fewestMetrics) continue;
    if (await renewVector(ctx, stored, metricBlocks, deps.blocks)) {
      round.watchedAnew.push(watchedName(service));
      continue;
    }
    const parts = [];
    for (const series of members) {
      parts.push({ series, samples: await readHistory(ctx.tenantId, series, span, deps.metrics) });
    }
    const columns = columnsOf(parts);
    if (histories.length < servicesForGate) histories.push(columns);
    const change = await growAnew(ctx, { service, members, columns, endedMs: round.endedMs }, deps);
    if (change) round.detectors.push(change);
  }
  if (histories.length === 0) return;
  const corpora = [deps.synthetic.services(), ownHistoryCorpus(histories, gateSeed)];
  const before = await deps.detectors.get(ctx.tenantId, "vector");
  const gates = [gateOf(vectorClass, corpora, at)];
  const after = judgedRecord(before, "vector", { at, gates, drift: null });
  if ((await deps.detectors.save(ctx.tenantId, after)) === "saved") round.detectors.push({ before, after });
}

interface Growing {
  service: WatchedService;
  members: readonly WatchedSeries[];
  columns: Columns;
  endedMs: number;
}

async function growAnew(
  ctx: Ctx,
  { service, members, columns, endedMs }: Growing,
  { detectors, forests }: RefitDeps,
): Promise<Round["detectors"][number] | undefined> {
  const rows = fullRows(columns);
  const before = await detectors.get(ctx.tenantId, forestId(service));
  if (before && before.fittedMs > endedMs) return { before: asItWas(before), after: before };
  const active = before && activeOf(before);
  const version = (before?.versions[0]?.version ?? 0) + 1;
  const forest = fitForest(
    rows,
    members.map(({ id }) => id),
    version,
  );
  if (!forest) return undefined;
  const previous = active && (await forests.load(ctx.tenantId, service, active.version));
  // The object first: an entry never names a forest that is not there.
  await forests.save(ctx.tenantId, service, forest);
  const fitted = { forest, rows, previous, at: isoTime(ctx.nowMs) };
  const after = fittedRecord(before, service, fitted);
  return (await detectors.save(ctx.tenantId, after)) === "saved" ? { before, after } : undefined;
}

/** Before a forest was grown by a run that died before it told. */
function asItWas(record: DetectorRecord): DetectorRecord | undefined {
  const [, ...versions] = record.versions;
  const [last] = versions;
  if (!last) return undefined;
  return { ...record, versions: [{ ...last, status: "accepted" }], activeVersion: last.version };
}
