import type { Reach } from "../topology/allowed-actions.ts";

export const localAccount = "000000000000";
export const localRegion = "us-east-1";

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${localRegion}:${localAccount}:${resource}`;

export const queueArn = (name: string) => arn("sqs", name);
export const topicArn = (name: string) => arn("sns", name);
export const busArn = arn("events", "event-bus/local");
export const connectionsArn = arn("execute-api", "local/local/*/@connections/*");
/** Where models lie; every object of it, as a grant names them. */
export const modelsBucket = "models";
export const objectsArn = (bucket: string) => `arn:aws:s3:::${bucket}/*`;
export const emailTopic = "alerts-email";
export const emailTopicArn = topicArn(emailTopic);
/** AWS names the number itself, which does not belong in a log. */
export const anyPhone = "a phone number";

export function tableArn(table: string, index?: string): string {
  return arn("dynamodb", `table/${table}${index === undefined ? "" : `/index/${index}`}`);
}

/** What stands for a part of an installation on this machine. */
export function arnOf(reach: Reach, functionName: string): string {
  switch (reach.kind) {
    case "table":
      return tableArn(reach.table, reach.index);
    case "bus":
      return busArn;
    case "email-topic":
      return emailTopicArn;
    case "phone":
      return anyPhone;
    case "queue":
      return queueArn(functionName);
    case "connections":
      return connectionsArn;
    case "points":
      return arn("timestream", "database/sentinelops/table/metrics");
    case "user-pool":
      return arn("cognito-idp", "userpool/none");
    case "sign-in-secret":
      return arn("secretsmanager", "secret:none");
    case "ai-secret":
      return arn("secretsmanager", "secret:ai");
    case "models":
      return objectsArn(modelsBucket);
    case "any":
      return "*";
  }
}
