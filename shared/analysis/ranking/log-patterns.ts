import type { LogLine } from "./case.ts";
import type { Finding } from "./finding.ts";
import { saturate } from "./robust.ts";

interface Pattern {
  service: string;
  text: string;
  failing: boolean;
  before: number;
  after: number;
  /** Epoch seconds of its first line since shortly before the alert. */
  first: number;
}

interface Lines {
  before: number;
  after: number;
}

const failureWords =
  /\b(error|fatal|panic|critical|severe)\b|exception|fail(ed|ure)?\b|refused|timed? ?out|unavailable|denied/i;
const leadMs = 120_000;
const longestPattern = 100;
const longestLine = 180;

/** A line without what varies from one to the next: ids and numbers. */
export function patternOf(line: string): string {
  return line
    .slice(0, longestLine)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{9,}|\b0x[0-9a-f]+\b|\b[0-9a-f]{12,}\b|\d+/gi, "*")
    .slice(0, longestPattern);
}

/** Failure a service did not log before, and what it used to log and stopped logging while it went on. */
export function logFindings(lines: readonly LogLine[], alertTime: number): Finding[] {
  const fromMs = alertTime * 1000 - leadMs;
  const { patterns, ofService, all } = count(lines, fromMs);
  const growth = all.before > 0 ? all.after / all.before : 1;
  return patterns.flatMap((pattern): Finding[] => {
    const { service, failing, before, after, text } = pattern;
    if (failing) {
      const expected = before * growth;
      const surprise = (after - expected) / Math.sqrt(after + expected + 1);
      return [
        {
          service,
          kind: "failingLines",
          strength: saturate(surprise - 0.5, 2) * (after / (after + 2 * expected + 0.5)),
          ...(Number.isFinite(pattern.first) ? { changedAt: pattern.first } : {}),
          why: `logged ${after} times, before ${before}: ${text}`,
        },
      ];
    }
    const total = ofService.get(service) ?? { before: 0, after: 0 };
    const due = total.before > 0 ? (before * total.after) / total.before : 0;
    if (due <= after) return [];
    const surprise = (due - after) / Math.sqrt(due + after + 1);
    return [
      {
        service,
        kind: "stoppedLines",
        strength: ((due - after) / due) * saturate(surprise - 1, 3),
        why: `logged ${after} times where ${Math.round(due)} were to be expected: ${text}`,
      },
    ];
  });
}

function count(lines: readonly LogLine[], fromMs: number) {
  const patterns = new Map<string, Pattern>();
  const ofService = new Map<string, Lines>();
  const all: Lines = { before: 0, after: 0 };
  const known = new Map<string, string>();
  for (const { t, service, line } of lines) {
    let text = known.get(line);
    if (text === undefined) {
      text = patternOf(line);
      known.set(line, text);
    }
    const key = `${service}\n${text}`;
    let pattern = patterns.get(key);
    if (!pattern) {
      pattern = {
        service,
        text,
        failing: failureWords.test(line),
        before: 0,
        after: 0,
        first: Number.POSITIVE_INFINITY,
      };
      patterns.set(key, pattern);
    }
    const total = ofService.get(service) ?? { before: 0, after: 0 };
    ofService.set(service, total);
    const side = t < fromMs ? "before" : "after";
    for (const counts of [pattern, total, all]) counts[side] += 1;
    if (side === "after") pattern.first = Math.min(pattern.first, t / 1000);
  }
  return { patterns: [...patterns.values()], ofService, all };
}
