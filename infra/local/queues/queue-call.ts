import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { objectsArn, queueArn } from "../arns.ts";
import type { AwsCall } from "../callers.ts";

/** What an SQS or S3 call asks for; a batch needs the same grant as one message. */
export function queueCall(request: IncomingMessage, body: Buffer): AwsCall {
  const operation = operationOf(request.headers);
  if (operation === undefined) return objectCall(request);
  return { action: `sqs:${operation.replace(/Batch$/, "")}`, resource: queueArn(queueNameIn(body)) };
}

/** Buckets are asked for by path: `/bucket/key`. */
function objectCall({ method, url = "/" }: IncomingMessage): AwsCall {
  const [, bucket = "", ...key] = (url.split("?")[0] ?? "").split("/");
  const isObject = key.join("") !== "" && (method === "GET" || method === "PUT");
  if (!isObject) return { action: `s3:${method}`, resource: url };
  return { action: method === "GET" ? "s3:GetObject" : "s3:PutObject", resource: objectsArn(bucket) };
}

function operationOf(headers: IncomingHttpHeaders): string | undefined {
  const [service, operation] = String(headers["x-amz-target"] ?? "").split(".");
  return service === "AmazonSQS" ? operation : undefined;
}

function queueNameIn(body: Buffer): string {
  try {
    const { QueueUrl, QueueName } = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
    return String(QueueUrl ?? QueueName ?? "*")
      .split("/")
      .at(-1) as string;
  } catch {
    return "*";
  }
}
