/** The inside of a function's thread: loads one bundle and answers invocations, many at a time. */
import { parentPort, workerData } from "node:worker_threads";
import type { Answer, Invocation, WorkerSettings } from "./messages.ts";

type Handler = (event: unknown, context: object) => unknown;

const { bundle, functionName, memoryMb } = workerData as WorkerSettings;
const { handler } = (await import(bundle)) as { handler: Handler };
const answer = (message: Answer) => parentPort?.postMessage(message);

parentPort?.on("message", async ({ id, event, timeoutMs }: Invocation) => {
  const deadlineMs = performance.now() + timeoutMs;
  const context = {
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: String(memoryMb),
    awsRequestId: id,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - performance.now()),
  };
  try {
    answer({ id, result: await handler(event, context) });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    answer({ id, error: { name, message, stack } });
  }
});
answer({ ready: true });
