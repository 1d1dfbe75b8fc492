import { type CfnQueue, Queue, type QueueProps } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { StackKey } from "./stack-key.ts";

/** A key SQS fetched serves for this long; an hour makes the requests to KMS too few to count. */
const keyReuseS = 3_600;

/**
 * A queue under the installation's key, for callers with TLS. The key is set below CDK's own property, whose
 * grants would hand `kms:GenerateDataKey*` to everybody who sends; each function's one key statement serves.
 */
export function encryptedQueue(scope: Construct, id: string, key: StackKey, props: QueueProps): Queue {
  const queue = new Queue(scope, id, { ...props, enforceSSL: true });
  const resource = queue.node.defaultChild as CfnQueue;
  resource.kmsMasterKeyId = key.keyArn;
  resource.kmsDataKeyReusePeriodSeconds = keyReuseS;
  return queue;
}
