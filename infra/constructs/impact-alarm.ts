import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Construct } from "constructs";
import type { FunctionRow } from "../topology/row.ts";
import type { Platform } from "./platform.ts";

interface ImpactAlarmProps {
  platform: Platform;
  row: FunctionRow;
  metric: IMetric;
  /** The alarm goes off above this. */
  above: number;
  /** What was seen, after the sentence of what a user loses. */
  seen: string;
}

/** An alarm that begins with what a user loses while it stands, as the function's row says it. */
export function impactAlarm(scope: Construct, id: string, props: ImpactAlarmProps): Alarm {
  const { platform, row, metric, above, seen } = props;
  const alarm = new Alarm(scope, id, {
    alarmDescription: `${row.impact} (${row.name}: ${seen})`,
    metric,
    threshold: above,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(platform.alarms));
  alarm.addOkAction(new SnsAction(platform.alarms));
  return alarm;
}
