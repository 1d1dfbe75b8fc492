import { headlineSystems } from "./labelled-cases.ts";
import type { MeasuredCauses } from "./measure.ts";
import type { CauseScore, Recall } from "./score.ts";

/** As the protocol quotes them: other protocols, all cases, ties counted kindly. References, not rivals. */
export const bestPublished: Record<
  string,
  Record<(typeof headlineSystems)[number], [number, number] | null>
> = {
  "PetShop's traversal, all 52 cases": { petshop: [0.65, 0.83], "nezha-ob": null, "nezha-tt": null },
  "Nezha, with logs missing here": { petshop: null, "nezha-ob": [0.93, 0.96], "nezha-tt": [0.87, 0.98] },
  "next best on Nezha": { petshop: null, "nezha-ob": [0.41, 0.73], "nezha-tt": [0.2, 0.31] },
};

/** Recall by method, by variant, and by group of cases, as Markdown tables. */
export function printScores({ ours, intervals, crossValidated, baselines, variants }: MeasuredCauses): void {
  console.log("\nRecall@1 / recall@3 of the service:\n");
  console.log(
    "| method | PetShop | Online Boutique | Train Ticket | headline | headline MRR |\n|---|---|---|---|---|---|",
  );
  console.log(methodRow("this ranking", ours));
  for (const [name, score] of Object.entries(crossValidated))
    console.log(methodRow(`weights chosen anew, ${name}`, score));
  for (const [name, score] of Object.entries(baselines)) console.log(methodRow(name, score));
  for (const [name, figures] of Object.entries(bestPublished)) {
    const cells = headlineSystems.map((system) => figures[system]?.map(two).join(" / ") ?? "");
    console.log(`| ${name} (published) | ${cells.join(" | ")} | | |`);
  }
  const [r1, r3] = [intervals.r1, intervals.r3].map((bounds) => bounds.map(two).join(" to "));
  console.log(`\nHeadline, 95 % bootstrap interval: recall@1 ${r1}, recall@3 ${r3}.`);
  console.log(
    "\n| variant | PetShop | Online Boutique | Train Ticket | headline | headline MRR |\n|---|---|---|---|---|---|",
  );
  for (const [name, score] of Object.entries(variants)) console.log(methodRow(name, score));
  const gained = (variants["and in half the cases its own"]?.headline.r1 ?? 0) - ours.headline.r1;
  const left = (1 - ours.headline.r1) / 2;
  console.log(
    `\nOwn deployments in half the cases: recall@1 ${gained < 0 ? "" : "+"}${gained.toFixed(3)}; at most +${left.toFixed(3)} is left to gain.`,
  );
  console.log("\n| group | cases | recall@1 | recall@3 | MRR | pair recall@1 |\n|---|---|---|---|---|---|");
  for (const [group, { service, pair }] of Object.entries(ours.groups).sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(
      `| ${group} | ${service.n} | ${two(service.r1)} | ${two(service.r3)} | ${two(service.mrr)} | ${pair ? two(pair.r1) : ""} |`,
    );
}

function methodRow(name: string, { groups, headline }: CauseScore): string {
  const cells = headlineSystems.map((system) => recalls(groups[system]?.service));
  return `| ${name} | ${cells.join(" | ")} | ${two(headline.r1)} / ${two(headline.r3)} | ${two(headline.mrr)} |`;
}

const recalls = (recall: Recall | undefined) => (recall ? `${two(recall.r1)} / ${two(recall.r3)}` : "");

const two = (value: number) => value.toFixed(2);
