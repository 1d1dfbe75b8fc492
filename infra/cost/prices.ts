import { readFileSync } from "node:fs";
import { z } from "zod";

const Price = z.strictObject({
  usd: z.number().positive(),
  per: z.number().positive(),
  unit: z.string(),
  /** What every account has free each month, for ever. */
  freeAMonth: z.number().nonnegative(),
  /** The title of the vendor's page. */
  source: z.string(),
  /** A page on which this very price was seen, and of when that page is; absent where none was found. */
  seen: z
    .strictObject({
      at: z.string(),
      of: z
        .string()
        .regex(/^\d{4}(-\d{2})?$/)
        .optional(),
    })
    .optional(),
});
export type Price = z.infer<typeof Price>;

/** How somebody else would bill the same points. */
const OtherPrice = z.strictObject({
  name: z.string(),
  usdPerSeriesMonth: z.number(),
  usdPerMillionWrites: z.number(),
  seriesPerWrite: z.number(),
  /** More points than these count as more series; null where points do not matter. */
  includedPointsAMinute: z.number().nullable(),
  source: z.string(),
});
export type OtherPrice = z.infer<typeof OtherPrice>;

export const chargeNames = [
  "lambdaRequests",
  "lambdaGbSeconds",
  "restRequests",
  "httpRequests",
  "webSocketMessages",
  "cloudFrontRequests",
  "cloudFrontGbOut",
  "busEvents",
  "archiveGb",
  "archiveGbMonths",
  "scheduledRuns",
  "queueRequests",
  "tableWrites",
  "tableReads",
  "tableGbMonths",
  "recoveryGbMonths",
  "backupGbMonths",
  "logGb",
  "logGbMonths",
  "alarms",
  "compositeAlarms",
  "customMetrics",
  "metricsRead",
  "metricLists",
  "dashboards",
  "traces",
  "keys",
  "keyRequests",
  "secrets",
  "emailsAndTexts",
  "webAcls",
  "healthChecks",
] as const;
export type ChargeName = (typeof chargeNames)[number];

const Prices = z.strictObject({
  region: z.string(),
  asOf: z.string(),
  note: z.string(),
  charges: z.record(z.enum(chargeNames), Price),
  others: z.array(OtherPrice),
});
export type Prices = z.infer<typeof Prices>;

/** The one price file. Throws naming what is wrong in it. */
export function readPrices(file = new URL("./prices-us-east-1.json", import.meta.url)): Prices {
  return Prices.parse(JSON.parse(readFileSync(file, "utf8")));
}
