import { createHash } from "node:crypto";

/** A series with faults put into it, and where. */
export interface FaultySeries {
  id: string;
  corpus: string;
  kind: "metric";
  timestamps: number[];
  values: number[];
  /** First and last index of each fault and what follows it, both inclusive; disjoint and ascending. */
  windows: [number, number][];
  types: string[];
  /** How many points one false alert covers. */
  intervalPoints: number;
}

const points = 4032;
const day = 288;
const stepMs = 300_000;
/** A fault counts as found up to so many points after it. */
export const foundAfter = 12;
export const faultTypes = ["spike", "dip", "level", "variance", "flatline", "ramp"] as const;

const rotate = (value: number, bits: number) => ((value << bits) | (value >>> (32 - bits))) >>> 0;

/** xoshiro128** (Blackman & Vigna), seeded by the first 16 bytes of the text's SHA-256. */
export class Random {
  private readonly state: Uint32Array;

  constructor(seed: string) {
    const hash = createHash("sha256").update(seed).digest();
    this.state = Uint32Array.from([0, 4, 8, 12], (at) => hash.readUInt32LE(at));
  }

  next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.state;
    const result = Math.imul(rotate(Math.imul(b, 5) >>> 0, 7), 9) >>> 0;
    const mixed = c ^ a;
    const turned = d ^ b;
    this.state.set([a ^ turned, b ^ mixed, mixed ^ (b << 9), rotate(turned >>> 0, 11)]);
    return result;
  }

  uniform(): number {
    return this.next() / 2 ** 32;
  }

  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  choice<T>(list: readonly T[]): T {
    return list[Math.floor(this.uniform() * list.length)] as T;
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Student's t with 8 degrees of freedom, unit variance. */
  heavy(): number {
    const normal = this.normal();
    let squares = 0;
    for (let i = 0; i < 4; i++) squares -= 2 * Math.log(1 - this.uniform());
    return (normal / Math.sqrt(squares / 8)) * Math.sqrt(6 / 8);
  }
}

/** Series `k` of a seed: two weeks of a daily rhythm with coloured noise and up to five injected faults. */
export function syntheticSeries(seed: string, k: number): FaultySeries {
  const random = new Random(`${seed}:${k}`);
  const { values, noise } = cleanSeries(random);
  const windows: [number, number][] = [];
  const types: string[] = [];
  for (const start of faultStarts(random)) {
    const type = random.choice(faultTypes);
    const size = (6 + 4 * random.uniform()) * noise;
    windows.push([start, start + inject(random, values, start, type, size) - 1 + foundAfter]);
    types.push(type);
  }
  return {
    id: `${seed}/${k}`,
    corpus: "synthetic",
    kind: "metric",
    timestamps: values.map((_, t) => Date.UTC(2024, 0, 1) + t * stepMs),
    values: values.map((value) => Math.round(1e4 * value) / 1e4),
    windows,
    types,
    intervalPoints: foundAfter,
  };
}

export function cleanSeries(random: Random): { values: number[]; noise: number } {
  const base = random.choice([20, 100, 1000]);
  const swing = random.choice([0, 0.1, 0.3, 0.6]) * base;
  const phase = 2 * Math.PI * random.uniform();
  const secondPhase = 2 * Math.PI * random.uniform();
  const weekend = random.uniform() < 0.5;
  const noise = base * random.choice([0.01, 0.03, 0.06]);
  const memory = random.choice([0, 0.5, 0.8]);
  const heavy = random.uniform() < 0.4;
  let echo = 0;
  const values = Array.from({ length: points }, (_, t) => {
    if (t > 0)
      echo = memory * echo + Math.sqrt(1 - memory * memory) * (heavy ? random.heavy() : random.normal());
    const part = weekend && Math.floor(t / day) % 7 >= 5 ? 0.7 : 1;
    const angle = (2 * Math.PI * t) / day;
    const season = swing * Math.sin(angle + phase) + 0.3 * swing * Math.sin(2 * angle + secondPhase);
    return base + part * season + noise * echo;
  });
  return { values, noise };
}

function faultStarts(random: Random): number[] {
  const count = random.integer(0, 5);
  const slots = Array.from({ length: 19 }, (_, j) => 900 + 160 * j);
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random.uniform() * (19 - i));
    [slots[i], slots[other]] = [slots[other] as number, slots[i] as number];
  }
  return slots.slice(0, count).sort((a, b) => a - b);
}

/** Puts one fault of a size into the values and returns its length in points. */
export function inject(
  random: Random,
  values: number[],
  start: number,
  type: (typeof faultTypes)[number],
  size: number,
): number {
  const change = (length: number, to: (value: number, i: number) => number) => {
    for (let i = 0; i < length; i++) values[start + i] = to(values[start + i] as number, i);
    return length;
  };
  switch (type) {
    case "spike":
      return change(random.integer(1, 3), (value) => value + size);
    case "dip":
      return change(random.integer(1, 3), (value) => value - size);
    case "level": {
      const length = random.integer(24, 71);
      const sign = random.choice([-1, 1]);
      return change(length, (value) => value + sign * 0.7 * size);
    }
    case "variance":
      return change(random.integer(24, 59), (value) => value + 0.6 * size * random.normal());
    case "flatline": {
      const stuck = values[start] as number;
      return change(random.integer(48, 95), () => stuck);
    }
    case "ramp": {
      const length = random.integer(36, 71);
      const sign = random.choice([-1, 1]);
      return change(length, (value, i) => value + (sign * size * i) / (length - 1));
    }
  }
}
