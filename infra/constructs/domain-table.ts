import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";

const string = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * One domain's table: pk/sk, gsi1, the sparse outbox index, TTL on `expiresAt`. The laptop makes the same one
 * (infra/local/table-schema.ts). It outlives its stack, and every minute of the last 35 days can be restored.
 */
export class DomainTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      partitionKey: string("pk"),
      sortKey: string("sk"),
      globalSecondaryIndexes: [
        { indexName: "gsi1", partitionKey: string("gsi1pk"), sortKey: string("gsi1sk") },
        { indexName: "outbox", partitionKey: string("outboxPk"), sortKey: string("outboxSk") },
      ],
      billing: Billing.onDemand(),
      timeToLiveAttribute: "expiresAt",
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
