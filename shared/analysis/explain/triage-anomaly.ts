import { askModel } from "../../models/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { plainWords, spellValue } from "../plain-words.ts";
import type { AnalysisCost } from "../schemas.ts";
import { wordsOfModel } from "./accept-claims.ts";
import { costOfUsage } from "./cost-of-usage.ts";
import type { ExplainerDeps } from "./explain-causes.ts";
import { fence, newDelimiter } from "./fence.ts";
import { TriageWords } from "./model-words.ts";
import { triagePrompt } from "./prompts.ts";
import { visibleText } from "./visible-text.ts";

export interface AnomalyFacts {
  service: string | null;
  metric: string;
  unit: string | null;
  labels: Readonly<Record<string, string>>;
  at: string;
  direction: "up" | "down";
  before: number | null;
  after: number | null;
  /** How many times its ordinary spread it moved. */
  strength: number;
}

/** A second opinion on an anomaly. Nothing is paged, scored or run by it. */
export interface Triage extends TriageWords {
  origin: "model" | "deterministic";
  /** The model sees it otherwise than the numbers do: the numbers' severity stands here, and people should look. */
  flagged: boolean;
  cost: AnalysisCost;
}

const budgetMs = 5_000;
const maxOutputTokens = 300;
const lineLength = 200;
const mostLabels = 10;
const severities = ["info", "warning", "critical"] as const;

/** Asks the fast model what to make of an anomaly; the rules answer where it cannot, and are never overruled far. */
export async function triageAnomaly(
  ctx: Ctx,
  anomaly: AnomalyFacts,
  incidentId: string | null,
  deps: ExplainerDeps,
): Promise<Triage> {
  const salt = await deps.redactionSalt(ctx.tenantId);
  const data = describe(anomaly, salt);
  const byRules = triageByRules(anomaly);
  const answer = await askModel(
    ctx,
    {
      purpose: "triage",
      speed: "fast",
      incidentId,
      subject: [triagePrompt, data],
      messages: () => [
        { role: "system", content: triagePrompt },
        { role: "user", content: fence("DATA", data, newDelimiter()) },
      ],
      form: { name: "triage", schema: TriageWords },
      maxOutputTokens,
      budgetMs,
    },
    deps,
  );
  const cost = costOfUsage(answer.usage);
  if (answer.kind === "unavailable") return { ...byRules, origin: "deterministic", flagged: false, cost };
  const said = answer.value;
  const steps = Math.abs(severities.indexOf(said.severity) - severities.indexOf(byRules.severity));
  const flagged = steps > 1 || said.anomaly !== byRules.anomaly;
  const line = wordsOfModel(said.line, salt, lineLength) || byRules.line;
  const { anomaly: isOne, severity } = flagged ? byRules : said;
  return { origin: "model", anomaly: isOne, type: said.type, severity, line, flagged, cost };
}

/** What the numbers alone say. */
export function triageByRules({
  metric,
  service,
  unit,
  direction,
  before,
  after,
  strength,
}: AnomalyFacts): TriageWords {
  const severity = strength >= 12 ? "critical" : strength >= 6 ? "warning" : "info";
  const span =
    before === null || after === null
      ? ""
      : `, from ${spellValue(before, unit)} to ${spellValue(after, unit)}`;
  const where = service === null ? "" : ` of ${plainWords(service)}`;
  return {
    anomaly: strength >= 4,
    type: after === 0 ? "flatline" : direction === "up" ? "spike" : "drop",
    severity,
    line: `${plainWords(metric)}${where} went ${direction}${span}, ${strength.toFixed(1)} times its ordinary spread.`,
  };
}

function describe(anomaly: AnomalyFacts, salt: string): string {
  const quoted = (text: string) => JSON.stringify(visibleText(text, salt, 80));
  const { service, metric, unit, labels, at, direction, before, after, strength } = anomaly;
  const pairs = Object.entries(labels)
    .slice(0, mostLabels)
    .map(([name, value]) => `${quoted(name)}=${quoted(value)}`)
    .join(" ");
  const where = service === null ? "" : ` service ${quoted(service)}`;
  return `E1 change at ${at}${where} metric ${quoted(metric)} unit ${quoted(unit ?? "none")} ${direction} from ${before} to ${after}, ${strength.toFixed(1)} times its spread; labels ${pairs || "none"}`;
}
