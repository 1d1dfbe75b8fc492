import { z } from "zod";
import { readLimits } from "../shared/limits/index.ts";

/** CloudWatch Logs keeps for these many days and no others. */
const logDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653] as const;

/** `-c name=value` hands text over, cdk.json hands JSON over; both are taken. */
const flag = z.union([z.boolean(), z.stringbool()], "true or false");
const days = (most: number) => z.coerce.number(`a whole number of days`).int().min(1).max(most);
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region, as eu-west-1");

const areLimits = (text: string) => {
  try {
    return readLimits(text) !== undefined;
  } catch {
    return false;
  }
};

const shape = {
  metricStore: z
    .enum(["timestream", "dynamodb"])
    .default("timestream")
    .describe(
      "where points are kept; Timestream for LiveAnalytics is closed to accounts new to it since 2025-06-20",
    ),
  domainName: z
    .string()
    .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, "a host name, as ops.example.com")
    .optional()
    .describe("the dashboard's own address; needs certificateArn"),
  certificateArn: z
    .string()
    .regex(/^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/, "an ACM certificate in us-east-1")
    .optional()
    .describe("certificate of domainName; CloudFront reads it in us-east-1 only"),
  hostedZoneId: z
    .string()
    .regex(/^Z[A-Z0-9]+$/, "a Route 53 hosted zone's id")
    .optional()
    .describe("the Route 53 zone of domainName; its records are then made, without it you make them"),
  hostedZoneName: z
    .string()
    .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, "a domain, as example.com")
    .optional()
    .describe("the name of that zone; domainName when left out"),
  alarmEmail: z.email("an e-mail address").optional().describe("who is mailed when an alarm goes off"),
  monthlyBudgetUsd: z.coerce
    .number("an amount in US dollars")
    .min(1)
    .default(50)
    .describe("alarmEmail is told at 80 % of it, and when the forecast passes it"),
  metricRetentionDays: days(3_650)
    .default(400)
    .describe("points; raw for 15 days, by 5 minutes for 90, by the hour after that"),
  eventRetentionDays: days(3_650).default(30).describe("the bus's archive, for replay"),
  logRetentionDays: z.coerce
    .number()
    .pipe(z.literal([...logDays], `one of ${logDays.join(", ")}`))
    .default(30)
    .describe("the functions' own logs and the access logs"),
  limits: z
    .union([z.record(z.string(), z.number()).transform((changes) => JSON.stringify(changes)), z.string()])
    .refine(areLimits, 'names and numbers, as {"api.key":1000}')
    .default("{}")
    .describe(
      "what a tenant may use, where it is not the default: names as in shared/limits/settings.ts, as JSON",
    ),
  waf: flag
    .default(false)
    .describe("AWS WAF in front of CloudFront: about 9 USD a month and 0.60 USD a million requests"),
  provisionedConcurrency: z.coerce
    .number("a number of instances")
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe("instances of ingest-api and of the dashboard's functions kept warm, each; 0 = none"),
  reservedConcurrency: flag
    .default(true)
    .describe(
      "bounds the functions that cost money or reach outside; false where the account's Lambda quota is below 200",
    ),
  aiSecretArn: z
    .string()
    .regex(
      /^arn:aws[\w-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/,
      "the whole ARN of a secret, with the six characters that Secrets Manager puts at its end",
    )
    .optional()
    .describe(
      "the secret that holds the AI provider's address, models and key; without it no model is asked",
    ),
  firstRegion: region.optional().describe("where the installation is; the shell's region when left out"),
  secondRegion: region.optional().describe("tables become global, and a warm standby runs there"),
  activeRegion: z
    .enum(["first", "second"])
    .default("first")
    .describe("which region runs the schedules; second after a failover"),
  removalPolicy: z
    .enum(["retain", "destroy"])
    .default("retain")
    .describe("what becomes of tables, key, archive and backups with their stack"),
  trustedAccounts: z
    .union([z.array(z.string()), z.string().transform((list) => list.split(",").filter(Boolean))])
    .pipe(z.array(z.string().regex(/^\d{12}$/, "12-digit account ids, with commas between them")))
    .default([])
    .describe("accounts that may send their own events to the bus"),
  mfa: z
    .enum(["required", "optional"])
    .default("required")
    .describe(
      "whether people of the installation's own user pool need a second factor (an authenticator app)",
    ),
  samlMetadataUrl: z
    .url({ protocol: /^https$/, error: "an https address" })
    .optional()
    .describe("your company's SAML metadata: people then sign in there, by way of the user pool"),
  signInIssuer: z
    .url({ protocol: /^https$/, error: "an https address" })
    .optional()
    .describe("your company's own OpenID provider; no user pool is then made. Needs signInClientId"),
  signInClientId: z.string().min(1).optional().describe("what that provider knows this installation by"),
  signInSecretArn: z
    .string()
    .regex(
      /^arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+$/,
      "a secret's ARN in Secrets Manager",
    )
    .optional()
    .describe("the client secret, as plain text; a client without one has PKCE alone"),
  signInTrustsEmail: flag
    .default(false)
    .describe("true where that provider's people are all yours and it does not send email_verified"),
  emulator: flag.default(false).describe("leaves out what AWS emulators lack; for the deployment test only"),
  emulatorUrl: z
    .url("an address, as https://127.0.0.1:4566")
    .optional()
    .describe("where that emulator answers; goes with emulator"),
  emulatorReaches: z
    .string()
    .regex(/^[\w.-]+:\d+$/, "a host and port, as 127.0.0.1:8080")
    .optional()
    .describe("the one private address that messages may be sent to there; goes with emulator"),
} satisfies z.ZodRawShape;

/** What a person may choose for an installation, in cdk.json's context or by `-c name=value`. */
const Choices = z.object(shape);
export type Choices = z.infer<typeof Choices>;

export const choiceNames = Object.keys(shape) as (keyof Choices)[];

/** Every choice that will not do, with what would be right; a person reads it, so it needs no stack. */
export class WrongChoice extends Error {}

/**
 * The choices as `contextOf` tells them, with defaults filled in.
 * Throws a WrongChoice that names every wrong choice, its value and what would be right.
 */
export function readChoices(contextOf: (name: string) => unknown): Choices {
  const given = Object.fromEntries(
    choiceNames
      .map((name) => [name, contextOf(name)] as const)
      .filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = Choices.safeParse(given);
  const wrong = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.map(({ path, message }) => {
        const name = String(path[0]);
        return `${name}: ${JSON.stringify(given[name])} will not do: ${message}`;
      });
  if (!parsed.success || wrong.length > 0) {
    throw new WrongChoice(
      `Context (cdk.json, or -c name=value):\n  ${wrong.join("\n  ")}\nSee docs/deploy.md.`,
    );
  }
  return parsed.data;
}

function contradictions(choices: Choices): string[] {
  const { domainName, certificateArn, hostedZoneId, secondRegion, activeRegion, metricStore } = choices;
  const { emulator, emulatorUrl, emulatorReaches } = choices;
  const { signInIssuer, signInClientId, signInSecretArn, samlMetadataUrl } = choices;
  return [
    ...(!domainName === !certificateArn ? [] : ["domainName and certificateArn: one needs the other"]),
    ...(hostedZoneId && !domainName ? ["hostedZoneId: says nothing without domainName"] : []),
    ...(activeRegion === "second" && !secondRegion ? ["activeRegion: second needs secondRegion"] : []),
    ...(secondRegion && metricStore === "timestream"
      ? ["secondRegion: Timestream does not replicate; it needs metricStore=dynamodb"]
      : []),
    ...(secondRegion && !domainName
      ? ["secondRegion: needs domainName, the address that stays when a region goes"]
      : []),
    ...(secondRegion && emulator ? ["emulator: has one region; leave out secondRegion"] : []),
    ...(!signInIssuer === !signInClientId ? [] : ["signInIssuer and signInClientId: one needs the other"]),
    ...(signInSecretArn && !signInIssuer ? ["signInSecretArn: says nothing without signInIssuer"] : []),
    ...(signInIssuer && samlMetadataUrl
      ? ["samlMetadataUrl: goes with the user pool, which signInIssuer replaces; leave one out"]
      : []),
    ...(emulator === (emulatorUrl !== undefined) ? [] : ["emulator and emulatorUrl: one needs the other"]),
    ...(emulatorReaches && !emulator ? ["emulatorReaches: says nothing without emulator"] : []),
    ...(emulator && metricStore === "timestream"
      ? ["emulator: has no Timestream; it needs metricStore=dynamodb"]
      : []),
  ];
}

/** The table in docs/deploy.md. */
export function choicesTable(): string {
  const rows = choiceNames.map((name) => {
    const schema = shape[name];
    const byDefault = schema.safeParse(undefined).data;
    const shown = byDefault === undefined || Array.isArray(byDefault) ? "" : `\`${String(byDefault)}\``;
    return `| \`${name}\` | ${shown} | ${schema.description ?? ""} |`;
  });
  return ["| choice | default | what it does |", "|---|---|---|", ...rows].join("\n");
}
