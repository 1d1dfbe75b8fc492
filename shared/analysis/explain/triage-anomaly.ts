import type { AnomalyDetectedV1, AnomalyTriagedV1 } from "../../../events/anomalies.ts";
import { askModel } from "../../models/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { wordsOfModel } from "./accept-claims.ts";
import type { ExplainerDeps } from "./explain-causes.ts";
import { fence, newDelimiter } from "./fence.ts";
import { TriageWords } from "./model-words.ts";
import { triagePrompt } from "./prompts.ts";
import { visibleText } from "./visible-text.ts";

/** What a model made of an anomaly. Nothing is paged, scored or run by it. */
export type Triage = Pick<AnomalyTriagedV1, "text" | "kind" | "severity" | "agrees" | "model">;

const budgetMs = 5_000;
const maxOutputTokens = 300;
/** A storm of anomalies must leave the rest of the day's budget to incidents. */
const mostOfDay = 0.5;
const lineLength = 200;
const mostLabels = 10;
const mostContributions = 5;
const severities = ["info", "warning", "critical"] as const;
/** How bad it is by the numbers: what the least sensitive setting finds is worst. */
const byNumbers = { low: "critical", medium: "warning", high: "info" } as const;

/**
 * The fast model's opinion of an anomaly; undefined where it gave none. Where it sees it far from how the numbers do,
 * theirs is the severity. Never throws for what a model does.
 */
export async function triageAnomaly(
  ctx: Ctx,
  anomaly: AnomalyDetectedV1,
  deps: ExplainerDeps,
): Promise<Triage | undefined> {
  const salt = await deps.redactionSalt(ctx.tenantId);
  const seen = describe(anomaly, salt);
  const answer = await askModel(
    ctx,
    {
      purpose: "triage",
      speed: "fast",
      incidentId: null,
      subject: [triagePrompt, seen],
      messages: () => [
        { role: "system", content: triagePrompt },
        { role: "user", content: fence("DATA", seen, newDelimiter()) },
      ],
      form: { name: "triage", schema: TriageWords },
      maxOutputTokens,
      budgetMs,
      mostOfDay,
    },
    deps,
  );
  if (answer.kind === "unavailable") return undefined;
  const said = answer.value;
  const text = wordsOfModel(said.line, salt, lineLength);
  if (text === "") return undefined;
  const computed = byNumbers[anomaly.sensitivity];
  const steps = Math.abs(severities.indexOf(said.severity) - severities.indexOf(computed));
  const agrees = said.anomaly && steps <= 1;
  return { text, kind: said.type, severity: agrees ? said.severity : computed, agrees, model: answer.model };
}

function describe(anomaly: AnomalyDetectedV1, salt: string): string {
  const quoted = (text: string) => JSON.stringify(visibleText(text, salt, 80));
  const { kind, service, metric, unit, labels, at, value, expected, band, score, feature } = anomaly;
  const where = service === null ? "" : ` service ${quoted(service)}`;
  if (kind === "vector") {
    const shares = anomaly.contributions
      .slice(0, mostContributions)
      .map((one) => `${quoted(one.metric)} ${Math.round(100 * one.share)} %`);
    return `E1 change at ${at}${where}: its metrics together are unlike themselves, score ${score.toFixed(1)}; most of it by ${shares.join(", ") || "none"}`;
  }
  const pairs = Object.entries(labels)
    .slice(0, mostLabels)
    .map(([name, text]) => `${quoted(name)}=${quoted(text)}`);
  const ordinary = band === null ? "unknown" : `${band.low} to ${band.high}`;
  return `E1 change at ${at}${where} metric ${quoted(metric ?? "none")} unit ${quoted(unit ?? "none")} value ${value} expected ${expected} ordinary ${ordinary}, score ${score.toFixed(1)}, shape ${quoted(feature ?? "unknown")}; labels ${pairs.join(" ") || "none"}`;
}
