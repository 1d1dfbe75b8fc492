import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  TableEncryptionV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import type { TableName } from "../topology/row.ts";
import type { StackKey } from "./stack-key.ts";

const string = (name: string) => ({ name, type: AttributeType.STRING });

/** The same in every region, so that a standby and a stack made anew find the tables that stand. */
export function domainTableName(installation: string, name: TableName): string {
  return `${installation}-${name}`;
}

interface DomainTableProps {
  installation: string;
  name: TableName;
  choices: Choices;
  key: StackKey;
}

/**
 * One domain's table: pk/sk, gsi1, the sparse outbox index, TTL on `expiresAt`. The laptop makes the same one
 * (infra/local/table-schema.ts). It outlives its stack unless chosen otherwise, and every minute of the last 35
 * days can be restored.
 */
export class DomainTable extends TableV2 {
  constructor(scope: Construct, id: string, { installation, name, choices, key }: DomainTableProps) {
    const kept = choices.removalPolicy === "retain";
    super(scope, id, {
      tableName: domainTableName(installation, name),
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
      deletionProtection: kept,
      removalPolicy: kept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(choices.secondRegion ? { replicas: [{ region: choices.secondRegion }] } : {}),
    });
    // A table in two regions needs a key in each before it is made; AWS keeps one of its own in every region.
    // TableV2 would take ours only where the region is known at synthesis, which it need not be.
    if (choices.secondRegion) return;
    const table = this.node.defaultChild as CfnGlobalTable;
    table.addPropertyOverride("Replicas.0.SSESpecification", { KMSMasterKeyId: key.keyArn });
  }
}
