import { metricCorpora, readCorpus, vectorCorpora } from "./labelled-series.ts";
import { metricPeers, type Peer, type VectorPeer, vectorPeers } from "./peers.ts";
import type { CorpusScore } from "./score.ts";
import { bestOf } from "./thresholds.ts";

export interface PeerRow {
  detector: string;
  nabStandard: number;
  nab: number;
  microsoft: number;
  synthetic: number;
  vectors?: number;
}

const quietMs = 8 * 3_600_000;

/** The best each peer can do on each corpus, its threshold fitted to that corpus' labels. */
export function measurePeers(data: string): PeerRow[] {
  const corpora = Object.fromEntries(metricCorpora.map((corpus) => [corpus, readCorpus(data, corpus)]));
  const vectors = vectorCorpora.flatMap((corpus) => readCorpus(data, corpus));
  const onMetrics = (peer: Peer, corpus: string): CorpusScore =>
    bestOf(
      (corpora[corpus] ?? []).map((series) => ({
        series,
        score: peer(series.values as (number | null)[], series.timestamps),
      })),
      quietMs,
    );
  const onVectors = (peer: VectorPeer): CorpusScore =>
    bestOf(
      vectors.map((series) => ({ series, score: peer(series.values as (number | null)[][]) })),
      quietMs,
    );
  return Object.entries(metricPeers).map(([detector, peer]) => {
    const nab = onMetrics(peer, "nab");
    const vectorPeer = vectorPeers[detector];
    return {
      detector,
      nabStandard: nab.nab.standard,
      nab: nab.eventF1,
      microsoft: onMetrics(peer, "microsoft").eventF1,
      synthetic: onMetrics(peer, "synthetic").eventF1,
      ...(vectorPeer ? { vectors: onVectors(vectorPeer).eventF1 } : {}),
    };
  });
}
