import { z } from "zod";
import { lazily } from "../platform/lambda/lazily.ts";
import { FetchError } from "../platform/net/fetch-error.ts";
import type { GuardedFetch } from "../platform/net/guarded-fetch.ts";
import type { Provider } from "./provider.ts";

export interface ChatMessage {
  role: "system" | "user" | "assistant";
  content: string;
}

export interface ChatRequest {
  model: string;
  messages: readonly ChatMessage[];
  maxOutputTokens: number;
  /** JSON Schema of the answer, where the provider takes one. */
  form: { name: string; schema: Record<string, unknown> } | null;
  timeoutMs: number;
}

export interface ChatUsage {
  inputTokens: number;
  outputTokens: number;
}

/** How one request to a provider ended. */
export type ChatResult =
  | { kind: "text"; text: string; cutOff: boolean; usage: ChatUsage | null }
  | { kind: "refused"; usage: ChatUsage | null }
  /** It answered, but not as a chat completion. */
  | { kind: "garbage"; why: string }
  | { kind: "too-long"; why: string }
  /** It does not take a form for the answer. */
  | { kind: "no-forms"; why: string }
  | { kind: "unauthorized"; why: string }
  | { kind: "rate-limited"; waitMs: number | null; why: string }
  | { kind: "timed-out"; why: string }
  | { kind: "failed"; why: string };

export type Chat = (provider: Provider, request: ChatRequest) => Promise<ChatResult>;

const maxAnswerBytes = 1_000_000;
/** The guard sets or refuses these; the client's own telemetry is nobody's business. */
const unsentHeaders = /^(?:content-length|connection|host|transfer-encoding|x-stainless-.*)$/i;

const Completion = z.object({
  choices: z.array(
    z.object({
      finish_reason: z.string().nullish(),
      message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
    }),
  ),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }).nullish().catch(null),
});

/** Loaded at the first question: it takes a good part of a second. */
const client = lazily(() => import("openai"));

/**
 * Asks a provider once, through the guarded fetch, and tells how it went; never throws for what a provider does.
 * It ends within `timeoutMs`: the client's own retries are off, since with them a time-out holds for each try.
 */
export function makeChat(guardedFetch: GuardedFetch): Chat {
  return async (provider, request) => {
    const startMs = performance.now();
    const { default: OpenAI } = await client();
    const deadlineMs = Math.max(1, Math.floor(request.timeoutMs - (performance.now() - startMs)));
    const openai = new OpenAI({
      baseURL: provider.baseUrl,
      apiKey: provider.apiKey ?? "none",
      organization: null,
      project: null,
      adminAPIKey: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: deadlineMs,
      logLevel: "off",
      fetch: (url, init) => guarded(guardedFetch, String(url), init, deadlineMs),
    });
    try {
      const answer: unknown = await openai.chat.completions.create({
        model: request.model,
        messages: [...request.messages],
        max_completion_tokens: request.maxOutputTokens,
        ...(request.form
          ? { response_format: { type: "json_schema", json_schema: { ...request.form, strict: true } } }
          : {}),
      });
      return readCompletion(answer);
    } catch (error) {
      return readFailure(error, OpenAI);
    }
  };
}

function readCompletion(answer: unknown): ChatResult {
  const parsed = Completion.safeParse(answer);
  if (!parsed.success) return { kind: "garbage", why: "the answer is no chat completion" };
  const [choice] = parsed.data.choices;
  const counted = parsed.data.usage;
  const usage = counted
    ? { inputTokens: counted.prompt_tokens, outputTokens: counted.completion_tokens }
    : null;
  if (!choice) return { kind: "garbage", why: "the answer has no choices" };
  const { message, finish_reason } = choice;
  if (message.refusal || finish_reason === "content_filter") return { kind: "refused", usage };
  if (!message.content) return { kind: "garbage", why: "the answer is empty" };
  return { kind: "text", text: message.content, cutOff: finish_reason === "length", usage };
}

type OpenAIClass = typeof import("openai")["default"];

function readFailure(error: unknown, OpenAI: OpenAIClass): ChatResult {
  const cause = error instanceof Error && error.cause instanceof FetchError ? error.cause : error;
  if (cause instanceof FetchError) {
    const why = `${cause.message} (${cause.detail})`;
    return cause.kind === "timed-out" ? { kind: "timed-out", why } : { kind: "failed", why };
  }
  if (error instanceof OpenAI.APIConnectionTimeoutError)
    return { kind: "timed-out", why: "no answer in time" };
  if (!(error instanceof OpenAI.APIError) || error.status === undefined) {
    // The client throws what JSON.parse throws: it had a body, and could not read it.
    const why = error instanceof Error ? error.message : String(error);
    return error instanceof SyntaxError
      ? { kind: "garbage", why: "the answer is not JSON" }
      : { kind: "failed", why };
  }
  const why = `${error.status} ${String(error.code ?? "")} ${error.message}`.slice(0, 300);
  switch (true) {
    case error.status === 401 || error.status === 403:
      return { kind: "unauthorized", why };
    case error.status === 413 ||
      /context.length|maximum context|too long|too many tokens|context.window/i.test(why):
      return { kind: "too-long", why };
    case error.status === 429:
      return { kind: "rate-limited", waitMs: waitOf(error.headers), why };
    case (error.status === 400 || error.status === 422) &&
      /response_format|json_schema|structured/i.test(why):
      return { kind: "no-forms", why };
    default:
      return { kind: "failed", why };
  }
}

function waitOf(headers: Headers | undefined): number | null {
  const seconds = Number(headers?.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}

/** The guarded fetch as the client calls one. */
async function guarded(
  fetchGuarded: GuardedFetch,
  url: string,
  init: RequestInit | undefined,
  timeoutMs: number,
): Promise<Response> {
  const headers: Record<string, string> = {};
  new Headers(init?.headers).forEach((value, name) => {
    if (!unsentHeaders.test(name)) headers[name] = value;
  });
  const answer = await fetchGuarded({
    url,
    method: "POST",
    headers,
    body: typeof init?.body === "string" ? init.body : "",
    timeoutMs,
    maxResponseBytes: maxAnswerBytes,
    redirects: "keep-method",
  });
  const bodiless = answer.status === 204 || answer.status === 304;
  return new Response(bodiless ? null : answer.bodyText, {
    status: answer.status,
    headers: shown(answer.headers),
  });
}

/** The body is decoded and whole already. */
function shown(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(?:content-length|content-encoding|transfer-encoding)$/.test(name),
    ),
  );
}
