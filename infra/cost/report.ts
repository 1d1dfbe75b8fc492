import type { Bill, Line } from "./bill.ts";
import { elsewhere, pointsAMonth } from "./others.ts";
import type { Prices } from "./prices.ts";

export interface Costs {
  prices: Prices;
  idleMonth: Bill;
  millionPoints: Bill;
  thousandIncidents: Bill;
}

/** What the project promises to cost at most, USD. */
export const targets = { idleMonth: 10, millionPoints: 0.1 } as const;

export function missed({ idleMonth, millionPoints }: Costs): string[] {
  return [
    miss("An idle month", idleMonth, targets.idleMonth),
    miss("A million points", millionPoints, targets.millionPoints),
  ].flatMap((sentence) => sentence ?? []);
}

function miss(what: string, { usd, lines }: Bill, target: number): string | undefined {
  if (usd <= target) return undefined;
  const [dearest] = lines;
  const over = (usd - target).toFixed(2);
  return `${what} costs ${usd.toFixed(2)} USD, ${over} more than the ${target} it may; most goes to ${dearest?.by}.`;
}

export function asJson(costs: Costs): string {
  const { prices, ...bills } = costs;
  const others = prices.others.map((other) => ({
    name: other.name,
    source: other.source,
    ...elsewhere(other),
  }));
  return JSON.stringify(
    { region: prices.region, pricesAsOf: prices.asOf, ...bills, others, missed: missed(costs) },
    null,
    2,
  );
}

export function asText(costs: Costs): string {
  const { prices, idleMonth, millionPoints, thousandIncidents } = costs;
  return [
    `Prices of ${prices.region}, as of ${prices.asOf}. ${prices.note}`,
    section("An idle month", idleMonth),
    section(
      "A million points: 1,000 series, every 15 s, batches of 1,000, points in DynamoDB",
      millionPoints,
    ),
    section("A thousand incidents, opened, told to a webhook, and over", thousandIncidents),
    comparison(costs),
    ...missed(costs),
  ].join("\n\n");
}

function section(title: string, bill: Bill): string {
  const lines = merged(bill.lines);
  const shown = lines.filter(({ usd }) => usd >= bill.usd / 1_000);
  const rest = lines.filter((line) => !shown.includes(line));
  const restUsd = rest.reduce((sum, { usd }) => sum + usd, 0);
  return [
    `${title}: ${usd(bill.usd)} (${usd(bill.usdAfterFree)} after what each account has free every month)`,
    ...shown.map((line) => `  ${usd(line.usd)}  ${line.by}: ${count(line.quantity)} ${line.unit}`),
    ...(rest.length > 0 ? [`  ${usd(restUsd)}  ${rest.length} smaller lines`] : []),
  ].join("\n");
}

/** Lines that say the same in both columns are one. */
function merged(lines: readonly Line[]): Line[] {
  const found = new Map<string, Line>();
  for (const line of lines) {
    const key = `${line.charge} ${line.by}`;
    const same = found.get(key);
    if (same) found.set(key, { ...same, quantity: same.quantity + line.quantity, usd: same.usd + line.usd });
    else found.set(key, line);
  }
  return [...found.values()].sort((a, b) => b.usd - a.usd);
}

function comparison({ prices, millionPoints, idleMonth }: Costs): string {
  const ours = (millionPoints.usd * pointsAMonth) / 1e6;
  return [
    `A month of those points (${count(pointsAMonth / 1e6)} million)`,
    `  ${usd(ours + idleMonth.usd)}  here, with the idle month in it`,
    ...prices.others.map((other) => `  ${usd(elsewhere(other).monthUsd)}  ${other.name} (${other.source})`),
  ].join("\n");
}

function usd(amount: number): string {
  return `${amount.toFixed(4).padStart(9)} USD`;
}

function count(quantity: number): string {
  const digits = quantity >= 100 ? 0 : quantity >= 1 ? 1 : 4;
  return quantity.toLocaleString("en-US", { maximumFractionDigits: digits });
}
