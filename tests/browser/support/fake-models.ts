import { AiUsage, AiUsageQuery } from "../../../shared/models/schemas.ts";
import type { FakeRoute } from "./fake-route.ts";
import { noise } from "./fake-series.ts";
import { iso } from "./fake-world.ts";

const dayMs = 864e5;
type Measured = AiUsage["total"];

export const fakeModelRoutes: FakeRoute[] = [
  {
    key: "GET /api/ai/usage",
    answers: AiUsage,
    serve: ({ hasModel }, { query }) => usage(AiUsageQuery.parse(Object.fromEntries(query)).days, hasModel),
  },
];

/** Some weeks in which a model was asked every working day, once in vain because its provider was busy. */
function usage(days: number, hasModel: boolean): AiUsage {
  const now = Date.now();
  const byDay = Array.from({ length: days }, (_, index) => {
    const day = iso(now - (days - 1 - index) * dayMs).slice(0, 10);
    const isIdle = !hasModel || [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
    return { day, ...measured(isIdle ? 0 : Math.round(24 + 14 * noise("calls", day))) };
  });
  const total = measured(byDay.reduce((sum, { calls }) => sum + calls, 0));
  const part = (share: number) => measured(Math.round(total.calls * share));
  const model = "example-large";
  const fast = "example-small";
  const one = {
    at: iso(now - 4 * 60_000),
    purpose: "explanation",
    incidentId: "inc_payments",
    provider: "models.example.com/example-large",
    model,
    outcome: "answered",
    cached: false,
    inputTokens: 6_240,
    outputTokens: 412,
    costUsd: 0.0249,
    latencyMs: 3_180,
  } as const;
  return {
    from: byDay[0]?.day ?? "2026-01-01",
    to: byDay.at(-1)?.day ?? "2026-01-01",
    total,
    byDay,
    byPurpose: hasModel
      ? [
          { purpose: "explanation", ...part(0.5) },
          { purpose: "triage", ...part(0.4) },
          { purpose: "question", ...part(0.1) },
        ]
      : [],
    byModel: hasModel
      ? [
          { model, ...part(0.6) },
          { model: fast, ...part(0.4) },
        ]
      : [],
    byOutcome: hasModel
      ? [
          { outcome: "answered", ...part(0.96) },
          { outcome: "rate-limited", ...part(0.03) },
          { outcome: "invalid-answer", ...part(0.01) },
        ]
      : [],
    budget: {
      calls: { used: hasModel ? 31 : 0, limit: 500 },
      tokens: { used: hasModel ? 188_400 : 0, limit: 200_000 },
      costUsd: { used: hasModel ? 1.12 : 0, limit: 10 },
    },
    pricesAsOf: "2026-10",
    providers: hasModel
      ? [
          {
            name: "models.example.com/example-large",
            model,
            fastModel: fast,
            state: "open",
            openUntil: iso(now + 90_000),
            reason: "5 of the last 6 calls failed: the provider answered 529.",
          },
          {
            name: "127.0.0.1:11434/example-local",
            model: "example-local",
            fastModel: "example-local",
            state: "closed",
            openUntil: null,
            reason: null,
          },
        ]
      : [],
    recent: hasModel
      ? [
          { ...one, outcome: "rate-limited", inputTokens: 0, outputTokens: 0, costUsd: 0, latencyMs: 640 },
          { ...one, at: iso(now - 9 * 60_000), purpose: "triage", model: fast, cached: true, costUsd: 0 },
          { ...one, at: iso(now - 38 * 60_000) },
          {
            ...one,
            at: iso(now - 61 * 60_000),
            purpose: "question",
            provider: "127.0.0.1:11434/example-local",
            model: "example-local",
            costUsd: null,
          },
        ]
      : [],
  };
}

function measured(calls: number): Measured {
  return {
    calls,
    cached: Math.floor(calls / 4),
    inputTokens: calls * 5_200,
    outputTokens: calls * 380,
    costUsd: calls * 0.021,
    averageLatencyMs: calls === 0 ? 0 : 2_400 + (calls % 7) * 110,
  };
}
