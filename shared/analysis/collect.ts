import type { Log } from "../platform/log.ts";
import type { Evidence } from "./schemas.ts";
import type { EvidenceSource, Found, Scope, Window } from "./scope.ts";
import type { Steps } from "./steps.ts";

/** What all sources found together. */
export interface Collected extends Required<Found> {
  leftOut: number;
}

const maxPieces = 200;
/** A piece whose facts weigh more is kept without them. */
const maxPieceBytes = 12_000;
const maxBytes = 1_000_000;

/**
 * Asks every source at once, each at most `withinMs`. One that fails or takes longer costs its own evidence and is
 * named among what was missed; the others stand.
 */
export async function collect<Deps>(
  sources: readonly EvidenceSource<Deps>[],
  scope: Scope,
  window: Window,
  deps: Deps,
  options: { withinMs: number; steps: Steps; log: Log },
): Promise<Collected> {
  const found = await Promise.all(
    sources.map(async (source) => {
      try {
        return await options.steps.take(
          `Looked for evidence: ${source.name}`,
          () => within(options.withinMs, source.find(scope, window, deps)),
          ({ evidence }) => `${evidence.length} found`,
        );
      } catch (error) {
        options.log.error("a source of evidence failed", {
          error,
          source: source.name,
          incidentId: scope.incident.id,
        });
        return nothing(source.name);
      }
    }),
  );
  const { evidence, leftOut } = toBudget(found.flatMap((one) => one.evidence));
  return {
    evidence,
    leftOut,
    measured: found.flatMap((one) => one.measured ?? []),
    deployments: found.flatMap((one) => one.deployments ?? []),
    precedents: found.flatMap((one) => one.precedents ?? []),
    missed: found.flatMap((one) => one.missed ?? []),
  };
}

function nothing(source: string): Found {
  const what = `The ${source} could not be read in time.`;
  return { evidence: [], missed: [{ what, remedy: "Ask for the analysis again.", link: null }] };
}

/** In the order of the sources, each of which has its strongest first. */
function toBudget(all: readonly Evidence[]): { evidence: Evidence[]; leftOut: number } {
  const evidence: Evidence[] = [];
  let bytes = 0;
  for (const piece of all) {
    const kept = sizeOf(piece) > maxPieceBytes ? { ...piece, facts: {} } : piece;
    bytes += sizeOf(kept);
    if (evidence.length === maxPieces || bytes > maxBytes) break;
    evidence.push(kept);
  }
  return { evidence, leftOut: all.length - evidence.length };
}

const sizeOf = (piece: Evidence) => Buffer.byteLength(JSON.stringify(piece));

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(ms)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

class TimeoutError extends Error {
  constructor(ms: number) {
    super(`No answer within ${ms} ms.`);
    this.name = "TimeoutError";
  }
}
