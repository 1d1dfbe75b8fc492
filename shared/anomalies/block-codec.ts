import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import { Labels } from "../../events/alerts.ts";
import { defaultProject } from "../platform/labels/project.ts";
import type { BlockState } from "./block-state.ts";
import { sampleMs } from "./sample.ts";
import { Signal } from "./schemas.ts";

const Member = z.object({
  id: z.string(),
  metric: z.string(),
  labels: Labels,
  unit: z.string().nullable(),
  signal: Signal,
  form: z.enum(["direct", "total", "observed"]),
});

/** The whole of a block at one moment: its members, and the bases one after the other behind the JSON. */
const Base = z.object({
  kind: z.enum(["metric", "vector"]),
  service: z.string().nullable(),
  project: z.string().default(defaultProject),
  members: z.array(Member),
  settled: z.array(z.number().nullable()),
  startMinute: z.number().nullable(),
  baseBytes: z.array(z.int()),
});
/** What came since: members that joined, and samples in columns. */
const Since = z.object({
  joined: z.array(Member),
  startMinute: z.number().nullable(),
  samples: z.array(z.tuple([z.int(), z.array(z.number()), z.array(z.number()), z.array(z.number())])),
  dismissals: z.array(z.object({ member: z.int(), timeMs: z.number(), anomalyId: z.string() })),
});

const mostBytes = 16 * 1024 * 1024;

/** What is saved now and then. */
export function packBase(state: BlockState): Uint8Array {
  const { kind, service, members, bases, settled, startMinute } = state;
  const head: z.infer<typeof Base> = {
    kind,
    service: service?.service ?? null,
    project: service?.project ?? defaultProject,
    members,
    settled: settled.map((minute) => (Number.isFinite(minute) ? minute : null)),
    startMinute,
    baseBytes: bases.map((base) => base?.byteLength ?? 0),
  };
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return deflateRawSync(Buffer.concat([length, json, ...bases.flatMap((base) => base ?? [])]));
}

/** What is saved with every sample; `baseMembers` of the members are known from the base. */
export function packSince(state: BlockState, baseMembers: number): Uint8Array {
  const since: z.infer<typeof Since> = {
    joined: state.members.slice(baseMembers),
    startMinute: state.startMinute,
    samples: state.samples.flatMap((samples, i) => {
      if (samples.size === 0) return [];
      const all = [...samples.values()];
      const counted = all.some(({ count }) => count !== 0);
      return [
        [
          i,
          all.map(({ timeMs }) => timeMs),
          all.map(({ value }) => value),
          counted ? all.map(({ count }) => count) : [],
        ] as [number, number[], number[], number[]],
      ];
    }),
    dismissals: state.dismissals,
  };
  return deflateRawSync(JSON.stringify(since));
}

/** The block behind both; throws a TypeError or ZodError where they are damaged. */
export function unpackBlock(base: Uint8Array | undefined, since: Uint8Array, empty: BlockState): BlockState {
  const state = base ? unpackBase(base) : empty;
  const { joined, startMinute, samples, dismissals } = Since.parse(
    JSON.parse(inflateRawSync(since, { maxOutputLength: mostBytes }).toString()),
  );
  for (const member of joined) {
    state.members.push(member);
    state.samples.push(new Map());
    state.settled.push(Number.NEGATIVE_INFINITY);
  }
  for (const [member, timesMs, values, counts] of samples) {
    timesMs.forEach((timeMs, i) => {
      const sample = { timeMs, value: values[i] ?? 0, count: counts[i] ?? 0 };
      state.samples[member]?.set(Math.floor(timeMs / sampleMs), sample);
    });
  }
  return { ...state, startMinute, dismissals };
}

function unpackBase(packed: Uint8Array): BlockState {
  const bytes = inflateRawSync(packed, { maxOutputLength: mostBytes });
  const jsonEnd = 4 + bytes.readUInt32LE(0);
  const head = Base.parse(JSON.parse(bytes.subarray(4, jsonEnd).toString()));
  let at = jsonEnd;
  const bases = head.baseBytes.map((length) => {
    const base = length > 0 ? new Uint8Array(bytes.subarray(at, at + length)) : undefined;
    at += length;
    return base;
  });
  return {
    kind: head.kind,
    service: head.service === null ? null : { project: head.project, service: head.service },
    members: head.members,
    bases,
    samples: head.members.map(() => new Map()),
    settled: head.settled.map((minute) => minute ?? Number.NEGATIVE_INFINITY),
    dismissals: [],
    startMinute: head.startMinute,
  };
}
