import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Runtime } from "./runtime.ts";

/** The runtime's tables, past every function. */
export function databaseOf({ awsEnv }: Pick<Runtime, "awsEnv">): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    region: awsEnv["AWS_REGION"] ?? "",
    endpoint: awsEnv["AWS_ENDPOINT_URL_DYNAMODB"] ?? "",
    credentials: {
      accessKeyId: awsEnv["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: awsEnv["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  return DynamoDBDocumentClient.from(client);
}
