import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server does with one request instead of answering it well. */
export type Fault =
  | "hang"
  /** Sends the head of an answer and nothing more. */
  | "hang-in-body"
  | "reset"
  | "rate-limited"
  | "rate-limited-with-wait"
  | "internal-error"
  | "unauthorized"
  | "context-too-long"
  | "no-forms"
  | "fenced"
  | "cut"
  | "refusal"
  | "filtered"
  | "html"
  | "empty-choices"
  | "no-content"
  | "wrong-types"
  | "prose"
  | "not-json"
  | "cut-sse"
  | "endless"
  | "redirect-inward";

export interface Recorded {
  path: string;
  authorization: string;
  model: string;
  hasForm: boolean;
  messages: { role: string; content: string }[];
  /** All of it, as it went over the wire. */
  raw: string;
}

export interface FakeOpenai {
  baseUrl: string;
  /** For the guarded fetch's list of allowed places. */
  allow: string;
  requests: Recorded[];
  /** What the next requests meet, one each; after them all goes well. */
  script(...faults: readonly (Fault | "well")[]): void;
  /** What a good answer says. */
  say(answer: (request: Recorded) => unknown): void;
  stop(): Promise<void>;
}

const usage = { prompt_tokens: 120, completion_tokens: 40, total_tokens: 160 };

/** An OpenAI-compatible provider on loopback that misbehaves by script and remembers every prompt. */
export async function startFakeOpenai(): Promise<FakeOpenai> {
  const requests: Recorded[] = [];
  const faults: (Fault | "well")[] = [];
  let answer: (request: Recorded) => unknown = () => ({ ok: true });

  const server = createServer(async (request, reply) => {
    const recorded = await read(request);
    requests.push(recorded);
    respond(reply, faults.shift() ?? "well", JSON.stringify(answer(recorded)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    allow: `127.0.0.1:${port}`,
    requests,
    script: (...next) => {
      faults.splice(0, faults.length, ...next);
    },
    say: (next) => {
      answer = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function read(request: IncomingMessage): Promise<Recorded> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const raw = Buffer.concat(chunks).toString("utf8");
  const body = JSON.parse(raw || "{}");
  return {
    path: request.url ?? "",
    authorization: request.headers.authorization ?? "",
    model: body.model,
    hasForm: body.response_format !== undefined,
    messages: body.messages ?? [],
    raw,
  };
}

function respond(reply: ServerResponse, fault: Fault | "well", good: string): void {
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    reply.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
  const error = (status: number, message: string, code: string, headers?: Record<string, string>) =>
    json(status, { error: { message, type: "error", code, param: null } }, headers);
  const completion = (message: Record<string, unknown>, finish_reason = "stop") =>
    json(200, {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1_795_000_000,
      model: "fake",
      choices: [
        {
          index: 0,
          finish_reason,
          logprobs: null,
          message: { role: "assistant", refusal: null, ...message },
        },
      ],
      usage,
    });

  switch (fault) {
    case "well":
      completion({ content: good });
      return;
    case "hang":
      return;
    case "hang-in-body":
      reply.writeHead(200, { "content-type": "application/json" }).write('{"choices":[');
      return;
    case "reset":
      reply.destroy();
      return;
    case "rate-limited":
      error(429, "Rate limit reached", "rate_limit_exceeded");
      return;
    case "rate-limited-with-wait":
      error(429, "Rate limit reached", "rate_limit_exceeded", { "retry-after": "30" });
      return;
    case "internal-error":
      error(500, "The server had an error", "server_error");
      return;
    case "unauthorized":
      error(401, "Incorrect API key provided", "invalid_api_key");
      return;
    case "context-too-long":
      error(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded");
      return;
    case "no-forms":
      error(400, "response_format of type json_schema is not supported", "invalid_request");
      return;
    case "fenced":
      completion({ content: `Here you are:\n\n\`\`\`json\n${good}\n\`\`\`\nHope that helps!` });
      return;
    case "cut":
      completion({ content: good.slice(0, Math.floor(good.length / 2)) }, "length");
      return;
    case "refusal":
      completion({ content: null, refusal: "I cannot help with that." });
      return;
    case "filtered":
      completion({ content: "" }, "content_filter");
      return;
    case "html":
      reply.writeHead(200, { "content-type": "text/html" }).end("<html><body>Sign in</body></html>");
      return;
    case "empty-choices":
      json(200, { id: "chatcmpl-1", object: "chat.completion", choices: [], usage });
      return;
    case "no-content":
      completion({ content: null });
      return;
    case "wrong-types":
      completion({
        content: JSON.stringify({ ok: "perhaps", rootCause: 7, claims: {}, anomaly: "yes" }),
      });
      return;
    case "prose":
      completion({ content: "The root cause is obviously the database." });
      return;
    case "not-json":
      reply.writeHead(200, { "content-type": "application/json" }).end('{"choices": [');
      return;
    case "cut-sse":
      reply
        .writeHead(200, { "content-type": "text/event-stream" })
        .end('data: {"choices":[{"delta":{"content":"{\\"ok');
      return;
    case "endless":
      reply.writeHead(200, { "content-type": "application/json" });
      pour(reply);
      return;
    case "redirect-inward":
      reply.writeHead(307, { location: "http://169.254.169.254/latest/meta-data/" }).end();
      return;
  }
}

/** Writes as fast as it is read, until nobody reads any more. */
function pour(reply: ServerResponse): void {
  while (!reply.destroyed && reply.write(" ".repeat(65_536)));
  if (!reply.destroyed) reply.once("drain", () => pour(reply));
}
