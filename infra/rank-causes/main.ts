import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { answerLine, BadLine } from "./answer-line.ts";

const usage = `Ranks root causes: cases as JSON lines on stdin, one line of JSON per case on stdout, in order.

  npm run -s rank-causes < cases.jsonl
  npm run -s rank-causes -- --help

Each answer, { id, ranked: [{ service, metric?, score }] }, is written before the next case is read.
A line that is no case is reported on stderr by number and field and answered with { id: null, error };
the exit code is then 1. shared/analysis/ranking/case.ts says what a case holds.`;

const { values: options } = parseArgs({ options: { help: { type: "boolean" } } });

if (options.help) console.log(usage);
else {
  let lineNumber = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber += 1;
    if (line.trim() !== "") await write(answerOrError(line, lineNumber));
  }
}

function answerOrError(line: string, lineNumber: number): string {
  try {
    return answerLine(line, lineNumber);
  } catch (error) {
    if (!(error instanceof BadLine)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return JSON.stringify({ id: null, error: error.message });
  }
}

/** Resolves once the line has left the process, so that whoever waits for it is not kept waiting. */
function write(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
