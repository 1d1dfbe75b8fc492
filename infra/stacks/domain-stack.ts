import { NestedStack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { HttpRoutes } from "../constructs/http-routes.ts";
import type { Platform } from "../constructs/platform.ts";
import { QueueConsumer } from "../constructs/queue-consumer.ts";
import { RetryableRoutes } from "../constructs/retryable-routes.ts";
import { ScheduledJob } from "../constructs/scheduled-job.ts";
import { WebSocketRoutes } from "../constructs/websocket-routes.ts";
import type { FunctionRow } from "../topology/row.ts";

interface DomainStackProps {
  rows: readonly FunctionRow[];
  platform: Platform;
}

/** The functions of one domain. A stack of its own, so that a stack's 500 resources never run out. */
export class DomainStack extends NestedStack {
  constructor(scope: Construct, id: string, { rows, platform }: DomainStackProps) {
    super(scope, id);
    for (const row of rows) {
      const { trigger } = row;
      switch (trigger.kind) {
        case "http":
          if (trigger.gateway === "retryable")
            new RetryableRoutes(this, row.name, { row, platform, trigger });
          else new HttpRoutes(this, row.name, { row, platform, trigger });
          break;
        case "queue":
          new QueueConsumer(this, row.name, { row, platform, trigger });
          break;
        case "schedule":
          new ScheduledJob(this, row.name, { row, platform, trigger });
          break;
        case "websocket":
          new WebSocketRoutes(this, row.name, { row, platform, trigger });
          break;
        case "user-pool":
          // The pool needs it, and the others here need the pool: it stands beside them.
          break;
      }
    }
  }
}
