/**
 * Isolation Forest (Liu, Ting & Zhou 2008): points that random cuts separate early are unusual. Trees are kept in flat
 * arrays, nodes in the order they grew; a leaf has feature −1 and, as cut, the path length that its size stands for.
 */
export interface IsolationForest {
  features: Int16Array;
  cuts: Float32Array;
  /** The right child; the left one is the next node. */
  rights: Int32Array;
  roots: Int32Array;
  /** The mean path length of the sample size, which scores are relative to. */
  meanPath: number;
}

const version = 1;
const headBytes = 16;
const euler = 0.5772156649;
const meanPathOf = (size: number) =>
  size <= 1 ? 0 : size === 2 ? 1 : 2 * (Math.log(size - 1) + euler) - (2 * (size - 1)) / size;

/** Numbers in [0, 1) from a seed (mulberry32), so that a forest can be grown again alike. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Grows a forest on rows of equal length; missing values count as 0. */
export function growForest(
  rows: readonly (readonly (number | null)[])[],
  { seed = 1, trees = 100, sample = 256 } = {},
): IsolationForest {
  const random = randomFrom(seed);
  const features: number[] = [];
  const cuts: number[] = [];
  const rights: number[] = [];
  const roots: number[] = [];
  const width = rows[0]?.length ?? 0;
  const deepest = Math.ceil(Math.log2(Math.max(2, sample)));
  const sampled = (row: number, feature: number) => rows[row]?.[feature] ?? 0;

  const grow = (members: number[], depth: number): void => {
    const node = features.length;
    features.push(-1);
    cuts.push(depth + meanPathOf(members.length));
    rights.push(-1);
    if (members.length <= 1 || depth >= deepest || width === 0) return;
    const first = Math.floor(random() * width);
    for (let tried = 0; tried < width; tried++) {
      const feature = (first + tried) % width;
      const { left, right, cut } = cutAt(members, feature);
      if (left.length === 0 || right.length === 0) continue;
      features[node] = feature;
      cuts[node] = cut;
      grow(left, depth + 1);
      rights[node] = features.length;
      grow(right, depth + 1);
      return;
    }
  };

  const cutAt = (members: number[], feature: number) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const row of members) {
      low = Math.min(low, sampled(row, feature));
      high = Math.max(high, sampled(row, feature));
    }
    const cut = Math.fround(low + random() * (high - low));
    const left = members.filter((row) => sampled(row, feature) < cut);
    return {
      cut,
      left,
      right: left.length === 0 ? left : members.filter((row) => !(sampled(row, feature) < cut)),
    };
  };

  const size = Math.min(sample, rows.length);
  for (let tree = 0; tree < trees; tree++) {
    roots.push(features.length);
    grow(
      Array.from({ length: size }, () => Math.floor(random() * rows.length)),
      0,
    );
  }
  return {
    features: Int16Array.from(features),
    cuts: Float32Array.from(cuts),
    rights: Int32Array.from(rights),
    roots: Int32Array.from(roots),
    meanPath: Math.fround(meanPathOf(size) || 1),
  };
}

/** How unusual a row is, 0 to 1: about 0.5 for ordinary ones, near 1 for what a cut or two sets apart. */
export function isolationOf(forest: IsolationForest, row: readonly (number | null)[]): number {
  const { features, cuts, rights, roots } = forest;
  let depths = 0;
  for (const root of roots) {
    let node = root;
    for (let feature = features[node] as number; feature >= 0; feature = features[node] as number)
      node = (row[feature] ?? 0) < (cuts[node] as number) ? node + 1 : (rights[node] as number);
    depths += cuts[node] as number;
  }
  return 2 ** (-depths / Math.max(1, roots.length) / forest.meanPath);
}

/** The forest as bytes, versioned; about 12 bytes a node. */
export function saveForest({ features, cuts, rights, roots, meanPath }: IsolationForest): Uint8Array {
  const bytes = new Uint8Array(headBytes + 4 * roots.length + 10 * features.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, version, true);
  view.setUint32(4, roots.length, true);
  view.setUint32(8, features.length, true);
  view.setFloat32(12, meanPath, true);
  let at = headBytes;
  for (const part of [roots, rights, cuts, features]) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

/** The forest behind the bytes, or undefined when they are of another version or damaged. */
export function loadForest(bytes: Uint8Array): IsolationForest | undefined {
  if (bytes.byteLength < headBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trees = view.getUint32(4, true);
  const nodes = view.getUint32(8, true);
  if (view.getUint32(0, true) !== version || bytes.byteLength !== headBytes + 4 * trees + 10 * nodes)
    return undefined;
  const body = bytes.slice(headBytes).buffer;
  return {
    roots: new Int32Array(body, 0, trees),
    rights: new Int32Array(body, 4 * trees, nodes),
    cuts: new Float32Array(body, 4 * (trees + nodes), nodes),
    features: new Int16Array(body, 4 * (trees + 2 * nodes), nodes),
    meanPath: view.getFloat32(12, true),
  };
}
