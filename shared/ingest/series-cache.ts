import type { SeriesOrFault } from "./describe-series.ts";
import type { LabelBase } from "./label-base.ts";

/** The known series of one metric, by the bytes of a point's attributes. */
export type SeriesByAttributes = Map<string, SeriesOrFault>;

/** What the bytes of one resource and scope mean, and the metrics seen under them, by their heads. */
export interface CachedScope {
  base: LabelBase;
  metrics: Map<string, SeriesByAttributes>;
}

/** Bytes of keys and labels, roughly, before all is forgotten. */
const capacityBytes = 32 * 1024 * 1024;
const overheadBytes = 200;

/**
 * Remembers, across requests, which series the bytes of attributes stand for, so that a sender's next export
 * neither parses nor hashes them again. Kept by tenant; bounded; forgetting all of it costs time only.
 */
export class SeriesCache {
  #scopes = new Map<string, CachedScope>();
  #bytes = 0;

  scope(tenantId: string, resource: string, scope: string, read: () => LabelBase): CachedScope {
    const key = `${tenantId}|${resource.length}|${resource}${scope}`;
    let known = this.#scopes.get(key);
    if (!known) {
      this.#admit(key.length);
      known = { base: read(), metrics: new Map() };
      this.#scopes.set(key, known);
    }
    return known;
  }

  metric(scope: CachedScope, key: string): SeriesByAttributes {
    let known = scope.metrics.get(key);
    if (!known) {
      this.#admit(key.length);
      known = new Map();
      scope.metrics.set(key, known);
    }
    return known;
  }

  remember(metric: SeriesByAttributes, attributes: string, series: SeriesOrFault): void {
    this.#admit(attributes.length * 3);
    metric.set(attributes, series);
  }

  #admit(bytes: number): void {
    this.#bytes += bytes + overheadBytes;
    if (this.#bytes <= capacityBytes) return;
    this.#scopes = new Map();
    this.#bytes = 0;
  }
}
