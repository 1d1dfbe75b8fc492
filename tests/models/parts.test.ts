import { describe, expect, test } from "@jest/globals";
import { admit, afterRequest, type BreakerState, closed } from "../../shared/models/breaker.ts";
import { costOf, priceOf } from "../../shared/models/prices.ts";
import { parseProviders, providersOfEnv } from "../../shared/models/provider.ts";
import { readAnswer } from "../../shared/models/read-json.ts";
import { Yes } from "./builders.ts";

const failed = { kind: "failed", reason: "it hung" } as const;

describe("the breaker's decisions", () => {
  const after = (count: number, nowMs = 0) => {
    let state: BreakerState = closed;
    for (let i = 0; i < count; i++) state = afterRequest(state, failed, nowMs);
    return state;
  };

  test.each([
    ["nothing", closed, 0, "closed"],
    ["four failures", after(4), 0, "closed"],
    ["five failures", after(5), 59_999, "open"],
    ["five failures and a minute", after(5), 60_000, "half-open"],
    ["a failed try in half-open", afterRequest(after(5), failed, 60_000), 119_999, "open"],
    ["a refused key", afterRequest(closed, { kind: "unauthorized", reason: "key" }, 0), 899_999, "open"],
    ["four failures and an answer", afterRequest(after(4), { kind: "answered" }, 0), 0, "closed"],
  ])("after %s", (_, state, nowMs, kind) => {
    expect(admit(state, nowMs).kind).toBe(kind);
  });

  test("while one tries it in half-open, it is open for others", () => {
    const admission = admit(after(5), 60_000);
    if (admission.kind !== "half-open") throw new Error("it should be half-open");
    expect(admit(admission.next, 60_001).kind).toBe("open");
    expect(admit(admission.next, 120_001).kind).toBe("half-open");
  });
});

describe("prices", () => {
  test.each([
    ["gpt-4o", 2.5],
    ["gpt-4o-2024-08-06", 2.5],
    ["openai/gpt-4o-mini", 0.15],
    ["claude-sonnet-4-5-20250929", 3],
  ])("%s is known", (model, inputUsd) => expect(priceOf(model)?.inputUsd).toBe(inputUsd));

  test.each(["llama3.2", "gpt-4o-mystery", "constructor", ""])(
    "%s has no price, and none is guessed",
    (model) => {
      expect(costOf(model, 1_000, 1_000)).toBeNull();
    },
  );
});

describe("providers", () => {
  test("the secret names one and a fallback; names hold no key", () => {
    const secret = {
      baseUrl: "https://api.example.com/v1/",
      model: "large",
      apiKey: "the-key",
      fallback: { baseUrl: "https://other.example.com/v1", model: "m", fastModel: "s" },
    };
    const providers = parseProviders(JSON.stringify(secret));
    expect(providers).toMatchObject([
      {
        name: "api.example.com/large",
        baseUrl: "https://api.example.com/v1",
        fastModel: "large",
        apiKey: "the-key",
      },
      { name: "other.example.com/m", fastModel: "s", apiKey: undefined },
    ]);
    expect(providers.map(({ name }) => name).join()).not.toContain("the-key");
  });

  test.each([
    ["no JSON", "sk-not-json-secret"],
    ["no model", JSON.stringify({ baseUrl: "https://a.example/v1", apiKey: "sk-not-json-secret" })],
    ["a file", JSON.stringify({ baseUrl: "file:///etc/passwd", model: "m", apiKey: "sk-not-json-secret" })],
  ])("a secret with %s is refused without repeating it", (_, secret) => {
    expect(() => parseProviders(secret)).toThrow(/AI provider's secret/);
    try {
      parseProviders(secret);
    } catch (error) {
      expect(String(error)).not.toContain("sk-not-json-secret");
    }
  });

  test("the laptop's single settings make one provider, or none", () => {
    const none = {
      AI_SECRET_ARN: "",
      AI_BASE_URL: "",
      AI_MODEL: "",
      AI_FAST_MODEL: "",
      AI_API_KEY: "",
      LIMITS: "{}",
    };
    expect(providersOfEnv(none)).toEqual([]);
    expect(
      providersOfEnv({ ...none, AI_BASE_URL: "http://localhost:11434/v1", AI_MODEL: "llama3.2" }),
    ).toMatchObject([{ model: "llama3.2", fastModel: "llama3.2", apiKey: undefined }]);
  });
});

describe("reading an answer", () => {
  test.each([
    ['{"ok":true}', "valid"],
    ['  {"ok":true}\n', "valid"],
    ['```json\n{"ok":true}\n```', "valid"],
    ['```\n{"ok":true}\n```', "valid"],
    ['Sure! {"ok":true} — anything else?', "valid"],
    ['{"ok":"true"}', "invalid"],
    ['{"ok":tr', "invalid"],
    ["[true]", "invalid"],
    ["", "invalid"],
    [`${"{".repeat(50_000)}`, "invalid"],
  ])("%.40s is %s", (text, kind) => expect(readAnswer(text, Yes).kind).toBe(kind));
});
