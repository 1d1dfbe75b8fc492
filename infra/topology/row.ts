import type { EventType } from "../../events/catalog.ts";
import type { RouteKey } from "../../shared/tenancy/permissions.ts";

export const tableNames = [
  "tenancy",
  "metrics",
  "alerts",
  "incidents",
  "notifications",
  "realtime",
  "analysis",
  "services",
  "deployments",
  "audit",
  "requests",
  "anomalies",
] as const;
export type TableName = (typeof tableNames)[number];

/** An EventBridge event pattern over the envelope (`detail`) and EventBridge's own fields. */
export type EventPattern = Record<string, unknown>;

export type Trigger =
  | {
      kind: "http";
      routes: readonly RouteKey[];
      /**
       * "retryable": senders in the field lose what is answered 429 or 500, so what the gateway itself answers
       * (throttled, crashed, timed out) is 503 with Retry-After too.
       */
      gateway?: "retryable";
    }
  | {
      kind: "queue";
      /** Which events of the bus land in this function's queue. */
      types: readonly EventType[];
      /** Narrows further inside `detail`, in the EventBridge pattern language. */
      detail?: EventPattern;
      /** Lambda takes more than 10 only together with a batching window of at least 1 s. */
      batchSize: number;
      /** How long SQS gathers a batch, s; 0 hands records over as they come. */
      batchWindowS: number;
      /** At most this many batches at once (2 to 1,000); unset = as many as come. */
      maxConcurrency?: number;
      /** Receives before the DLQ; at least 5. */
      maxReceiveCount?: number;
    }
  | { kind: "schedule"; everyMinutes: number }
  | { kind: "websocket"; routes: readonly ("$connect" | "$disconnect" | "$default")[] }
  /** The installation's own user pool calls it and waits for its answer; nobody does where there is none. */
  | { kind: "user-pool"; on: "post-confirmation" };

export type Permission =
  /** Sends SMS to phone numbers and e-mail through the installation's topic. */
  | "sns:publish"
  /** Subscribes addresses to the installation's topic. */
  | "sns:subscribe"
  | "websocket:send"
  /** Points, where the installation keeps them in Timestream. */
  | "timestream:write"
  | "timestream:read"
  /** Reads CloudWatch's metrics; AWS names no resource for that. */
  | "cloudwatch:read"
  /** Reads the AI provider's address and key, where the installation names a secret that holds them. */
  | "secret:ai"
  /** Sends messages to the function's own queue, to see them again later. */
  | "queue:delay-own"
  /** Reads what the sign-in provider knows this installation by; is told who the provider is. */
  | "sign-in:secret"
  /** Opens accounts in the installation's own user pool. */
  | "sign-in:invite"
  /** Ends the sign-ins of a person in the installation's own user pool. */
  | "sign-in:end"
  /** Isolation forests, in the installation's bucket. */
  | "models:read"
  | "models:write";

export type TableAccess =
  | "read"
  /** Gets single items whose keys it knows. */
  | "get"
  | "readWrite"
  /** Reads and puts single items, and can remove none. */
  | "append"
  /** Gets, puts and updates single items: what requests have used up. */
  | "count"
  /** Finds what its items owe, through the outbox index that spans tenants, and strikes it. */
  | "sweep";

export interface FunctionRow {
  /** `<domain>-<job>`: the folder in functions/, the Lambda's name, the queue's name. */
  name: string;
  trigger: Trigger;
  tables: Partial<Record<TableName, TableAccess>>;
  publishes: readonly EventType[];
  /** Anything beyond tables and the bus, named. */
  permissions?: readonly Permission[];
  /** "aws": its subject is to be found on AWS alone, and a laptop has another way. */
  onlyOn?: "aws";
  memoryMb: 256 | 512 | 1024 | 1769;
  timeoutS: number;
  /** Never more of it at once: it costs money beside its own, or works on the world outside. */
  maxAtOnce?: number;
  /**
   * Extra settings for services.ts. TABLE_<NAME>, BUS_NAME, QUEUE_URL and WEBSOCKET_ENDPOINT come from the row
   * itself, and so do ALERTS_EMAIL_TOPIC_ARN with either sns permission and, with secret:ai, AI_SECRET_ARN where
   * the installation has that secret (on a laptop the AI_ settings that npm start was given).
   * itself, and so do ALERTS_EMAIL_TOPIC_ARN with either sns permission and MODELS_BUCKET with either for models.
   */
  env?: Readonly<Record<string, string>>;
  /** The sentence its alarm shows: what a user loses while this is broken. */
  impact: string;
}

/** Whether it counts requests or what models use, and so has to know the tenants' limits. */
export function takesLimits({ tables, permissions = [] }: FunctionRow): boolean {
  return tables.requests !== undefined || permissions.includes("secret:ai");
}

/** What a row's Lambda is described as, in every installation. */
export function descriptionOf({ name }: Pick<FunctionRow, "name">): string {
  return `SentinelOps ${name}`;
}
