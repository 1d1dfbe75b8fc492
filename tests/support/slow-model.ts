import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface SlowModel {
  baseUrl: string;
  /** For the guarded fetch's list of allowed places. */
  allow: string;
  /** How often it was asked. */
  calls(): number;
  stop(): Promise<void>;
}

/** A model's explanation that cites what stands in every prompt: its first pieces of evidence. */
const words = {
  rootCause: {
    text: "A new version of payments answers slowly and often wrongly.",
    evidence: ["E1", "E2", "E3"],
  },
  affected: [{ text: "Checkout waits for payments.", evidence: ["E1"] }],
  steps: [{ text: "Take the new version of payments back.", evidence: ["E1"] }],
  prevention: [{ text: "Watch how long payments takes to answer.", evidence: ["E1"] }],
  whatHappened: "Paying took too long.",
  whatIsDone: "The version before is brought back.",
};

/** An OpenAI-compatible provider on loopback that takes its time; for ever, where that is infinite. */
export async function startSlowModel(answersAfterMs: number): Promise<SlowModel> {
  let calls = 0;
  const body = JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_795_000_000,
    model: "slow",
    choices: [
      { index: 0, finish_reason: "stop", message: { role: "assistant", content: JSON.stringify(words) } },
    ],
    usage: { prompt_tokens: 900, completion_tokens: 120, total_tokens: 1_020 },
  });
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((request, reply) => {
    calls++;
    request.resume();
    if (!Number.isFinite(answersAfterMs)) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      reply.writeHead(200, { "content-type": "application/json" }).end(body);
    }, answersAfterMs);
    timers.add(timer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    allow: `127.0.0.1:${port}`,
    calls: () => calls,
    stop: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
