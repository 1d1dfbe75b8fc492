import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { FunctionRow } from "../topology/row.ts";
import { type AlarmKind, runbookPath } from "../topology/runbook.ts";
import type { Platform } from "./platform.ts";

interface AlarmProps {
  /** What a user loses while the alarm stands. */
  impact: string;
  /** What was seen. */
  seen: string;
  metric: IMetric;
  /** The alarm goes off above this. */
  above: number;
  /** The page that says what to do. */
  page: string;
  /** Who is told, when it goes off and when it is over. */
  tells: Topic;
}

/** An alarm that begins with what a user loses. */
export function alarm(scope: Construct, id: string, props: AlarmProps): void {
  const { impact, seen, page, metric, above, tells } = props;
  const made = new Alarm(scope, id, {
    alarmDescription: `${impact} (${seen}). What to do: ${page}`,
    metric,
    threshold: above,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  made.addAlarmAction(new SnsAction(tells));
  made.addOkAction(new SnsAction(tells));
}

interface ImpactAlarmProps extends Omit<AlarmProps, "impact" | "page" | "tells"> {
  kind: AlarmKind;
  platform: Platform;
  row: FunctionRow;
}

/** An alarm about a function, with the impact that its row names. */
export function impactAlarm(scope: Construct, id: string, props: ImpactAlarmProps): void {
  const { platform, row, kind, seen, ...rest } = props;
  alarm(scope, id, {
    ...rest,
    impact: row.impact,
    seen: `${row.name}: ${seen}`,
    page: runbookPath(row, kind),
    tells: platform.alarms,
  });
}
