import {
  CloudWatchClient,
  type Metric,
  type MetricDataQuery,
  paginateGetMetricData,
  paginateListMetrics,
} from "@aws-sdk/client-cloudwatch";
import { ownNamespace } from "../platform/measures.ts";
import { beyondPutOff, type HealthSample } from "./health-points.ts";
import type { HealthMetric } from "./schemas.ts";

const periodS = 300;
const queriesPerCall = 500;
const deadLetters = "-dlq";

export function makeCloudWatchClient(): CloudWatchClient {
  return new CloudWatchClient({ maxAttempts: 4 });
}

/** One number to ask for, of a function and for a health metric; `crashes` joins the failures. */
interface Question {
  function: string;
  metric: HealthMetric | "crashes";
  asked: Metric;
  stat: "Sum" | "Maximum" | "p95";
}

/**
 * What CloudWatch knows of the installation's functions and queues, which are named after their rows:
 * `SentinelOps-alerts-evaluate`, its queue the same, its dead letters `SentinelOps-alerts-evaluate-dlq`.
 * CloudWatch bills each metric that is asked for, so only those are that moved in the last three hours.
 */
export class CloudWatchStore {
  readonly #client: CloudWatchClient;
  readonly #prefix: string;
  readonly #puttingOff: ReadonlySet<string>;

  /** `puttingOff` names the functions that put messages off in their own queue. */
  constructor(client: CloudWatchClient, installation: string, puttingOff: readonly string[]) {
    this.#client = client;
    this.#prefix = `${installation}-`;
    this.#puttingOff = new Set(puttingOff);
  }

  /** A sample of every function for each five minutes of [fromMs, toMs). */
  async read(fromMs: number, toMs: number): Promise<HealthSample[]> {
    const questions = await this.#questions();
    const samples = new Map<string, HealthSample>();
    for (let i = 0; i < questions.length; i += queriesPerCall) {
      await this.#ask(questions.slice(i, i + queriesPerCall), fromMs, toMs, samples);
    }
    return [...samples.values()].sort((a, b) => a.atMs - b.atMs || (a.function < b.function ? -1 : 1));
  }

  async #questions(): Promise<Question[]> {
    const [functions, queues, failed] = await Promise.all([
      this.#active("AWS/Lambda", "Invocations", "FunctionName"),
      this.#active("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"),
      this.#active(ownNamespace, "failed", "function"),
    ]);
    const own = (names: string[]) =>
      names
        .filter((name) => name.startsWith(this.#prefix))
        .map((name) => ({ name, function: name.slice(this.#prefix.length) }));
    const consumers = new Set(queues.filter((name) => !name.endsWith(deadLetters)));
    return [
      ...own(functions).flatMap((one) => [
        // A consumer may have many records an invocation; SQS counts those it is done with.
        ...(consumers.has(one.name) ? [] : [question(one, "handled", "AWS/Lambda", "Invocations", "Sum")]),
        question(one, "crashes", "AWS/Lambda", "Errors", "Sum"),
        question(one, "durationP95", "AWS/Lambda", "Duration", "p95"),
      ]),
      ...own(queues).flatMap((one) => {
        const of = (metric: HealthMetric, name: string, stat: "Sum" | "Maximum") =>
          question(one, metric, "AWS/SQS", name, stat);
        if (one.name.endsWith(deadLetters)) {
          const parked = of("parked", "ApproximateNumberOfMessagesVisible", "Maximum");
          return [{ ...parked, function: one.function.slice(0, -deadLetters.length) }];
        }
        // Lambda's pollers move every queue; of one whose function sleeps the age tells all there is.
        const age = of("oldestAge", "ApproximateAgeOfOldestMessage", "Maximum");
        if (!functions.includes(one.name)) return [age];
        return [
          age,
          of("handled", "NumberOfMessagesDeleted", "Sum"),
          of("waiting", "ApproximateNumberOfMessagesVisible", "Maximum"),
        ];
      }),
      ...failed.map((name) => question({ name, function: name }, "failed", ownNamespace, "failed", "Sum")),
    ];
  }

  /** Values of the one dimension under which the metric was sent lately. */
  async #active(Namespace: string, MetricName: string, dimension: string): Promise<string[]> {
    const names: string[] = [];
    const asked = { Namespace, MetricName, RecentlyActive: "PT3H" } as const;
    for await (const { Metrics = [] } of paginateListMetrics({ client: this.#client }, asked)) {
      for (const { Dimensions = [] } of Metrics) {
        const [only, ...more] = Dimensions;
        if (only?.Name === dimension && only.Value && more.length === 0) names.push(only.Value);
      }
    }
    return names;
  }

  async #ask(
    questions: readonly Question[],
    fromMs: number,
    toMs: number,
    samples: Map<string, HealthSample>,
  ): Promise<void> {
    const MetricDataQueries = questions.map(
      ({ asked, stat }, i): MetricDataQuery => ({
        Id: `q${i}`,
        MetricStat: { Metric: asked, Period: periodS, Stat: stat },
      }),
    );
    const input = { StartTime: new Date(fromMs), EndTime: new Date(toMs), MetricDataQueries };
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client: this.#client }, input)) {
      for (const { Id = "", Timestamps = [], Values = [] } of MetricDataResults) {
        const one = questions[Number(Id.slice(1))];
        if (!one) continue;
        Timestamps.forEach((time, i) => {
          const value = Values[i] ?? 0;
          const isAge = one.metric === "oldestAge" && this.#puttingOff.has(one.function);
          note(samples, one, time.getTime() + periodS * 1000, isAge ? beyondPutOff(value) : value);
        });
      }
    }
  }
}

function question(
  one: { name: string; function: string },
  metric: Question["metric"],
  Namespace: string,
  MetricName: string,
  stat: Question["stat"],
): Question {
  const dimension =
    Namespace === "AWS/Lambda" ? "FunctionName" : Namespace === "AWS/SQS" ? "QueueName" : "function";
  const asked = { Namespace, MetricName, Dimensions: [{ Name: dimension, Value: one.name }] };
  return { function: one.function, metric, asked, stat };
}

/** An invocation that crashed wrote no line, and one that threw did both: the larger number is the failures. */
function note(
  samples: Map<string, HealthSample>,
  { function: name, metric }: Question,
  atMs: number,
  value: number,
) {
  const key = `${atMs} ${name}`;
  const sample = samples.get(key) ?? { function: name, atMs, values: {} };
  samples.set(key, sample);
  if (metric === "crashes" || metric === "failed") {
    const failed = Math.max(value, sample.values.failed ?? 0);
    if (failed > 0) sample.values.failed = failed;
  } else sample.values[metric] = value;
}
