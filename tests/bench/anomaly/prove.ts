import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCorpus, readLines } from "./labelled-series.ts";
import { scoreSeries, totalOf } from "./score.ts";

interface PeerScores {
  detector: string;
  id: string;
  score: number[];
}

interface Expected {
  detectors: {
    detector: string;
    threshold: number;
    total: {
      tp: number;
      fp: number;
      fn: number;
      eventF1: number;
      nab: { standard: number; lowFP: number; lowFN: number };
      falseAlertsPerSeriesWeek: number;
    };
  }[];
}

export interface Proof {
  detector: string;
  largestDifference: number;
}

/** Scores published detectors' own outputs and compares with the totals known for them. */
export function proveScorer(data: string): Proof[] {
  const nab = new Map(readCorpus(data, "nab").map((series) => [series.id, series]));
  const peers = readLines<PeerScores>(data, "scorer-nab-peer-scores.jsonl.gz");
  const expected: Expected = JSON.parse(readFileSync(join(data, "scorer-nab-expected.json"), "utf8"));
  return expected.detectors.map(({ detector, threshold, total: known }) => {
    const found = totalOf(
      peers
        .filter((peer) => peer.detector === detector)
        .flatMap(({ id, score }) => {
          const series = nab.get(id);
          return series
            ? [
                scoreSeries(
                  series,
                  score.map((value) => value >= threshold),
                ),
              ]
            : [];
        }),
    );
    const differences = [
      found.tp - known.tp,
      found.fp - known.fp,
      found.fn - known.fn,
      found.eventF1 - known.eventF1,
      found.nab.standard - known.nab.standard,
      found.nab.lowFalsePositives - known.nab.lowFP,
      found.nab.lowFalseNegatives - known.nab.lowFN,
      found.falsePerWeek - known.falseAlertsPerSeriesWeek,
    ];
    return { detector, largestDifference: Math.max(...differences.map(Math.abs)) };
  });
}
