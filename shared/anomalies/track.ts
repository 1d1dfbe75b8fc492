import type { Change, Watch } from "./watch.ts";

/** One moment of a track: what was sampled, or that a person dismissed an anomaly. */
export type Moment<Entry> = { timeMs: number; entry: Entry } | { timeMs: number; dismissed: true };

/**
 * A watch over the moments that came since its last saved state. What it says follows from that state and the set of
 * moments alone: one that arrives late is put where it belongs and everything after it is thought over again, so
 * neither order nor repetition of deliveries matters.
 */
export class Track<Entry, Watcher extends Watch<Entry> = Watch<Entry>> {
  readonly #start: (base: Uint8Array | undefined) => Watcher;
  #base: Uint8Array | undefined;
  #head: Watcher;
  #taken: Moment<Entry>[] = [];
  #changes: Change[] = [];

  constructor(start: (base: Uint8Array | undefined) => Watcher, base?: Uint8Array) {
    this.#start = start;
    this.#base = base;
    this.#head = start(base);
  }

  /** Follows the moments, given in order of time; returns what that changes over what was said before. */
  follow(moments: readonly Moment<Entry>[]): Change[] {
    const goesOn = this.#taken.every((moment, i) => moment === moments[i]);
    if (goesOn) {
      const fresh = this.#run(moments.slice(this.#taken.length));
      this.#taken = [...moments];
      this.#changes.push(...fresh);
      return fresh;
    }
    const said = this.#changes;
    this.#head = this.#start(this.#base);
    this.#changes = this.#run(moments);
    this.#taken = [...moments];
    return difference(said, this.#changes);
  }

  /** Makes the state after the first `count` moments the one that all follows from; returns it for keeping. */
  settle(count: number): Uint8Array {
    const settled = this.#taken.slice(0, count);
    const lastMs = settled.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
    const watch = this.#start(this.#base);
    run(watch, settled);
    this.#base = watch.save();
    this.#taken = this.#taken.slice(count);
    this.#changes = this.#changes.filter(({ atMs }) => atMs > lastMs);
    return this.#base;
  }

  /** What has seen every moment. */
  get newest(): Watcher {
    return this.#head;
  }

  #run(moments: readonly Moment<Entry>[]): Change[] {
    return run(this.#head, moments);
  }
}

function run<Entry>(watch: Watch<Entry>, moments: readonly Moment<Entry>[]): Change[] {
  return moments.flatMap((moment) => {
    if ("entry" in moment) return watch.take(moment.entry);
    watch.dismiss();
    return [];
  });
}

const keyOf = ({ kind, sinceMs, level }: Change) => `${kind} ${sinceMs} ${level}`;

/** What is new among the changes, after what no longer holds of those said before. */
function difference(said: readonly Change[], now: readonly Change[]): Change[] {
  const before = new Set(said.map(keyOf));
  const opened = new Set(now.filter(({ kind }) => kind === "opened").map(({ sinceMs }) => sinceMs));
  const withdrawn = said
    .filter(({ kind, sinceMs }) => kind === "opened" && !opened.has(sinceMs))
    .map((change): Change => ({ ...change, kind: "withdrawn", outcome: "withdrawn" }));
  return [...withdrawn, ...now.filter((change) => !before.has(keyOf(change)))];
}
