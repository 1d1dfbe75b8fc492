import type { Page } from "../platform/aws/tenant-table.ts";
import type { Matcher } from "../platform/labels/matchers.ts";
import type { PointBatch, SeriesPoints } from "./points.ts";
import type { Aggregate, MetricInfo, MetricQueryResult, SeriesInfo } from "./schemas.ts";

export interface PointsInput {
  name: string;
  matchers: readonly Matcher[];
  /** Inclusive. */
  fromMs: number;
  /** Exclusive. */
  toMs: number;
}

export interface AggregateInput extends PointsInput {
  aggregate: Aggregate;
  /** Label names; ["*"] keeps every series apart; [] folds all into one. */
  groupBy: readonly string[];
  stepMs: number;
}

/**
 * Where points live. Two implementations pass one contract suite (tests/metrics/metric-store.contract.ts):
 * DynamoDB and Timestream. A point is identified by series and timestamp, so writing a batch twice,
 * in any order, leaves the same store; of two values for one point the larger stays.
 */
export interface MetricStore {
  /** Durable when it returns. `batchId` names the batch for ever; the same id again changes nothing. */
  write(
    tenantId: string,
    batches: readonly { batchId: string; receivedAtMs: number; points: PointBatch }[],
  ): Promise<void>;
  /** Raw points of every matching series, at most `maxPoints` in all (LimitExceeded names that number otherwise). */
  readPoints(tenantId: string, input: PointsInput, maxPoints?: number): Promise<SeriesPoints[]>;
  /**
   * Aggregated per step, from the coarsest resolution that still answers the step exactly. Steps begin at
   * multiples of stepMs, are named by their start and cover (start, start + stepMs]; the last ends at toMs.
   * Each is what aggregateWindow says of it.
   */
  query(tenantId: string, input: AggregateInput): Promise<MetricQueryResult>;
  listMetrics(tenantId: string, limit: number, cursor?: string): Promise<Page<MetricInfo>>;
  listSeries(
    tenantId: string,
    name: string,
    matchers: readonly Matcher[],
    limit: number,
    cursor?: string,
  ): Promise<Page<SeriesInfo>>;
}
