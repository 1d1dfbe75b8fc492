import type { FunctionRow } from "../topology/row.ts";
import { alarmKindsOf, runbookPath } from "../topology/runbook.ts";

/** A page under docs/operations/ that is about no single function. */
export interface OtherPage {
  file: string;
  title: string;
}

/** docs/operations/README.md: from what a user loses to the page that says what to do. */
export function operationsIndex(topology: readonly FunctionRow[], others: readonly OtherPage[]): string {
  const rows = topology.map((row) => {
    const alarms = alarmKindsOf(row.trigger).map((kind) => `[${kind}](${inFolder(runbookPath(row, kind))})`);
    return `| [${row.impact}](${inFolder(runbookPath(row))}) | ${row.name} | ${alarms.join(", ")} |`;
  });
  return [
    "# Operations",
    "",
    "Made by `npm run docs` from `infra/topology/`; the pages themselves are written by hand.",
    "",
    "An alarm names its page. Without one, begin with",
    "",
    "```sh",
    "npm run ops -- status     # --laptop for the runtime on this machine",
    "```",
    "",
    ...others.map(({ file, title }) => `- [${title}](${file})`),
    "",
    "| what a user loses | function | alarms |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function inFolder(path: string): string {
  return path.replace("docs/operations/", "");
}
