import type { SQSClient } from "@aws-sdk/client-sqs";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import type { FunctionRow, TableName } from "../topology/row.ts";

/** Where one function's work lies. */
export interface Place {
  /** Where its events wait; only what a queue triggers has one. */
  queueUrl?: string;
  /** Where what it gave up on lies. */
  deadLetterUrl?: string;
  /** Its log group, or the file on this machine. */
  logs?: string;
}

export interface AlarmReading {
  /** "crashes", "waiting", "parked", or the alarm's own name where it belongs to no function. */
  kind: string;
  state: "ok" | "alarm" | "no data";
}

export interface Archive {
  name: string;
  retentionDays: number;
  /** The rules that bring events to a function, for a replay to it alone. */
  ruleArnsOf(functionName: string): string[];
  /** Begins to send the span's events once more; returns the replay's name. */
  start(span: { fromMs: number; toMs: number; ruleArns: readonly string[] }): Promise<string>;
  progress(replay: string): Promise<ReplayProgress>;
}
export interface ReplayProgress {
  state: "running" | "done" | "failed";
  /** How far it has come in the span, ms. */
  replayedToMs?: number;
  reason?: string;
}

/** A SentinelOps that runs somewhere, as the ops commands see it. */
export interface Installation {
  /** "SentinelOps in eu-west-1". */
  title: string;
  sqs: SQSClient;
  /** Empty where this installation has no such function. */
  placeOf(row: FunctionRow): Place;
  /** Age of each function's oldest waiting message, s; 0 = none waits, absent = not measured. */
  oldestAgesS(rows: readonly FunctionRow[]): Promise<ReadonlyMap<string, number>>;
  /** By function name; alarms of no function stand under "". */
  alarms(rows: readonly FunctionRow[]): Promise<ReadonlyMap<string, readonly AlarmReading[]>>;
  /** A table of the platform, to be read. */
  openTable(name: TableName): Promise<TenantTable>;
  /** Throws where there is none, saying what to do instead. */
  archive(): Promise<Archive>;
}
