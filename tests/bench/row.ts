/** One line of the benchmark table. `measure` is run five times and the median counts. */
export interface BenchRow {
  name: string;
  unit: string;
  must: number;
  aim: number;
  /** Which way is good; "lower" when left out. */
  better?: "lower" | "higher";
  measure(): Promise<number>;
}
