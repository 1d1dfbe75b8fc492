import { devNull } from "node:os";
import { type FunctionRow, takesLimits } from "../topology/row.ts";
import { emailTopicArn, localRegion, modelsBucket } from "./arns.ts";
import { functionKey } from "./callers.ts";
import { identityClientId, identityPath } from "./identity/place.ts";

export interface Surroundings {
  url: string;
  /** Everything AWS but the tables. */
  awsEndpoint: string;
  tablesEndpoint: string;
  /** Of this machine's person and tools; each function has one of its own. */
  operatorKey: string;
  queueUrlOf(name: string): string;
  outboundAllow: string;
  /** The AI provider's settings, for functions that may read its secret on AWS. */
  ai: Readonly<Record<string, string>>;
  limits?: string;
}

/** What points an AWS client at this runtime, and at nothing of the person's own account. */
export function awsEnv(around: Pick<Surroundings, "awsEndpoint" | "tablesEndpoint">, accessKeyId: string) {
  return {
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL: around.awsEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: around.tablesEndpoint,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** The environment of one function: what the CDK gives it, with this machine's addresses. */
export function functionEnv(row: FunctionRow, around: Surroundings): Record<string, string> {
  const tables = Object.keys(row.tables).map((name) => [`TABLE_${name.toUpperCase()}`, name]);
  const permissions = row.permissions ?? [];
  return {
    ...awsEnv(around, functionKey(around.operatorKey, row.name)),
    AWS_LAMBDA_FUNCTION_NAME: row.name,
    ...Object.fromEntries(tables),
    ...(row.publishes.length > 0 ? { BUS_NAME: "local" } : {}),
    ...(row.trigger.kind === "queue" ? { QUEUE_URL: around.queueUrlOf(row.name) } : {}),
    ...(permissions.includes("websocket:send") ? { WEBSOCKET_ENDPOINT: around.awsEndpoint } : {}),
    ...(permissions.some((permission) => permission.startsWith("sns:"))
      ? { ALERTS_EMAIL_TOPIC_ARN: emailTopicArn }
      : {}),
    ...(permissions.some((permission) => permission.startsWith("sign-in:"))
      ? { OIDC_ISSUER: `${around.url}${identityPath}`, OIDC_CLIENT_ID: identityClientId }
      : {}),
    ...(permissions.includes("secret:ai") ? around.ai : {}),
    ...(permissions.some((permission) => permission.startsWith("models:"))
      ? { MODELS_BUCKET: modelsBucket }
      : {}),
    DASHBOARD_URL: around.url,
    LOCAL: "1",
    ...(takesLimits(row) ? { LIMITS: around.limits ?? "{}" } : {}),
    ...row.env,
    ...(row.env && "OUTBOUND_ALLOW" in row.env ? { OUTBOUND_ALLOW: around.outboundAllow } : {}),
  };
}
