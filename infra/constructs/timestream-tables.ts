import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-timestream";
import { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import type { StackKey } from "./stack-key.ts";

/** Points may come a day late (shared/ingest clamps older ones); beyond it they go straight to the disk tier. */
const memoryHours = 25;

const stillOpen =
  "Chosen by metricStore=timestream in an account that LiveAnalytics is open to; dynamodb is the other choice.";

interface TimestreamTablesProps {
  choices: Choices;
  key: StackKey;
}

/** Where points are kept with metricStore=timestream, by the names shared/metrics writes to. */
export class TimestreamTables extends Construct {
  constructor(scope: Construct, id: string, { choices, key }: TimestreamTablesProps) {
    super(scope, id);
    const database = new CfnDatabase(this, "Database", { databaseName: "sentinelops", kmsKeyId: key.keyArn });
    const table = new CfnTable(this, "Metrics", {
      databaseName: "sentinelops",
      tableName: "metrics",
      retentionProperties: {
        MemoryStoreRetentionPeriodInHours: String(memoryHours),
        MagneticStoreRetentionPeriodInDays: String(choices.metricRetentionDays),
      },
      magneticStoreWriteProperties: { EnableMagneticStoreWrites: true },
    });
    table.addResourceDependency(database);
    for (const resource of [database, table]) {
      Validations.of(resource).acknowledge({ id: "CloudFormation-Validate::W3697", reason: stillOpen });
      resource.applyRemovalPolicy(
        choices.removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      );
    }
  }
}
