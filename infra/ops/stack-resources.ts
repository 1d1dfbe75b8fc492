import type { FunctionRow, TableName } from "../topology/row.ts";
import type { Place } from "./installation.ts";

/** One resource of a deployed stack, as CloudFormation lists it. */
export interface StackResource {
  type: string;
  /** The CDK's logical id: the construct's path without its dashes, then eight digits. */
  logicalId: string;
  /** The queue's URL; for everything else used here its name. */
  physicalId: string;
}

export interface NamedAlarm {
  /** "" where it watches the installation and no single function. */
  functionName: string;
  kind: string;
  name: string;
}

/** Where a row's queue, dead-letter queue and logs are among the resources of the stacks. */
export function placeIn(resources: readonly StackResource[], row: Pick<FunctionRow, "name">): Place {
  const find = (type: string, part: string) =>
    resources.find((one) => one.type === type && partOf(one, row.name)?.startsWith(part) === true)
      ?.physicalId;
  const queueUrl = find("AWS::SQS::Queue", "Queue");
  const deadLetterUrl = find("AWS::SQS::Queue", "DeadLetters");
  const logs = find("AWS::Logs::LogGroup", "");
  return {
    ...(queueUrl ? { queueUrl } : {}),
    ...(deadLetterUrl ? { deadLetterUrl } : {}),
    ...(logs ? { logs } : {}),
  };
}

/** The name of a domain's table. */
export function tableIn(resources: readonly StackResource[], name: TableName): string | undefined {
  return resources.find(
    ({ type, logicalId }) =>
      type.startsWith("AWS::DynamoDB::") && withoutHash(logicalId).startsWith(`Table${name}`),
  )?.physicalId;
}

/** Every alarm of the stacks, with the function it speaks of. */
export function alarmsIn(
  resources: readonly StackResource[],
  rows: readonly Pick<FunctionRow, "name">[],
): NamedAlarm[] {
  return resources
    .filter(({ type }) => type === "AWS::CloudWatch::Alarm" || type === "AWS::CloudWatch::CompositeAlarm")
    .map((one) => {
      const row = rows.find(({ name }) => partOf(one, name) !== undefined);
      const name = one.physicalId;
      if (!row) return { functionName: "", kind: withoutHash(one.logicalId), name };
      return { functionName: row.name, kind: inWords(partOf(one, row.name) ?? ""), name };
    });
}

/** `bus|rule` of every rule that brings events to the function. */
export function rulesIn(resources: readonly StackResource[], functionName: string): string[] {
  return resources
    .filter((one) => one.type === "AWS::Events::Rule" && partOf(one, functionName) !== undefined)
    .map(({ physicalId }) => physicalId);
}

/** What stands behind the function's own name: "QueueWaiting"; undefined for a resource that is not its own. */
function partOf({ logicalId }: StackResource, functionName: string): string | undefined {
  const own = functionName.replaceAll("-", "");
  const part = withoutHash(logicalId).slice(own.length);
  return logicalId.startsWith(own) && /^[A-Z]/.test(part) ? part : undefined;
}

/** "DeadLettersParked" → "parked", "FunctionNoRoom" → "no room". */
function inWords(part: string): string {
  const alarm = part.replace(/^(Queue|DeadLetters|Function)(?=[A-Z])/, "");
  return alarm.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, "");
}
