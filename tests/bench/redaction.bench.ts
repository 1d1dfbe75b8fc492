import { redactText } from "../../shared/redaction/index.ts";
import { cleanLine } from "../redaction/clean-lines.ts";
import { leaks } from "../redaction/leaks.ts";
import { known, wrappings } from "../redaction/secrets.ts";
import { Seeded } from "../redaction/seeded.ts";
import type { BenchRow } from "./row.ts";

let seed = 100;

/** A line of a megabyte as a service may write it: JSON with escapes, a secret in one part of fifty. */
function longLine(): string {
  const r = new Seeded(9);
  const makers = Object.values(known);
  const parts: string[] = [];
  for (let length = 0; length < 1_000_000; length += parts.at(-1)?.length ?? 0) {
    parts.push(JSON.stringify(r.below(50) === 0 ? r.pick(makers)(r).text : cleanLine(r)));
  }
  return Buffer.from(`[${parts.join(",")}]`).toString("utf8");
}

export const rows: BenchRow[] = [
  {
    name: "redaction, known token formats masked",
    unit: "%",
    must: 95,
    aim: 99,
    better: "higher",
    async measure() {
      const r = new Seeded(seed++);
      const outcomes = Object.values(known).flatMap((make) =>
        Object.values(wrappings).map((wrap) => {
          const planted = make(r);
          return leaks(redactText(wrap(planted), "salt").text, planted.planted);
        }),
      );
      return (100 * outcomes.filter((leaked) => !leaked).length) / outcomes.length;
    },
  },
  {
    name: "redaction, clean log lines changed",
    unit: "%",
    must: 2,
    aim: 0.5,
    async measure() {
      const r = new Seeded(seed++);
      const lines = Array.from({ length: 5_000 }, () => cleanLine(r));
      return (100 * lines.filter((line) => redactText(line, "salt").text !== line).length) / lines.length;
    },
  },
  {
    name: "redaction, a line of 1 MB, CPU",
    unit: "ms",
    must: 200,
    aim: 50,
    async measure() {
      const line = longLine();
      for (let i = 0; i < 4; i++) redactText(line, "warm");
      const before = process.cpuUsage();
      redactText(line, "salt");
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    },
  },
];
