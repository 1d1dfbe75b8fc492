import type { MeasuredCauses } from "./measure.ts";

export interface CauseBar {
  name: string;
  unit: string;
  value: number;
  must: number;
  target: number;
  lower: boolean;
  ok: boolean;
  reached: boolean;
}

/** What was measured beside what it has to be; recalls are of the true service unless a pair is named. */
export function barsOf({ ours, variants, medianMs, slowestMs }: MeasuredCauses): CauseBar[] {
  const { r1, r3 } = ours.headline;
  const service = (system: string, name: string, must: [number, number], target: [number, number]) => {
    const found = ours.groups[system]?.service;
    return [
      bar(`${name} recall@1`, found?.r1 ?? 0, must[0], target[0]),
      bar(`${name} recall@3`, found?.r3 ?? 0, must[1], target[1]),
    ];
  };
  const pair = (system: string, name: string, must: number, target: number) =>
    bar(`${name} pair recall@1`, ours.groups[system]?.pair?.r1 ?? 0, must, target);
  const fall = (variant: string) => r1 - (variants[variant]?.headline.r1 ?? 0);
  return [
    bar("headline recall@1", r1, 0.65, 0.78),
    bar("headline recall@3", r3, 0.87, 0.94),
    ...service("petshop", "PetShop", [0.7, 0.9], [0.8, 0.95]),
    ...service("nezha-ob", "Online Boutique", [0.65, 0.88], [0.8, 0.95]),
    ...service("nezha-tt", "Train Ticket", [0.6, 0.83], [0.75, 0.93]),
    pair("nezha-ob", "Online Boutique", 0.6, 0.75),
    pair("nezha-tt", "Train Ticket", 0.5, 0.7),
    lower("fall when services are renamed", "", fall("services renamed"), 0.03, 0.03),
    lower("fall with unrelated deployments", "", fall("unrelated deployments"), 0.02, 0.02),
    lower("slowest case", "ms", slowestMs, 2000, 2000),
    lower("median case", "ms", medianMs, 2000, 50),
  ];
}

const bar = (name: string, value: number, must: number, target: number): CauseBar => ({
  name,
  unit: "",
  value,
  must,
  target,
  lower: false,
  ok: reaches(value, must),
  reached: reaches(value, target),
});

const lower = (name: string, unit: string, value: number, must: number, target: number): CauseBar => ({
  name,
  unit,
  value,
  must,
  target,
  lower: true,
  ok: reaches(-value, -must),
  reached: reaches(-value, -target),
});

/** Means of thirds are compared as they are read. */
const reaches = (value: number, bound: number): boolean => value >= bound - 1e-9;
