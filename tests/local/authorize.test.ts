import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import {
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { functionKey } from "../../infra/local/callers.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

let runtime: Runtime;
beforeAll(async () => {
  // What a test asks for in a function's name is no use that the function makes of its grants.
  runtime = await startRuntime({ env: { GRANTS_USED: "" } });
}, 40_000);
afterAll(() => runtime?.stop());

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
const key = { pk: { S: "TENANT#t#x" }, sk: { S: "x" } };
const anEvent = (DetailType: string) => ({ Source: "sentinelops.test", DetailType, Detail: "{}" });

/** What a function would find when it called AWS itself. */
function clientsOf(name: string) {
  const settings = {
    region: "us-east-1",
    endpoint: runtime.awsEnv["AWS_ENDPOINT_URL"] ?? "",
    credentials: {
      accessKeyId: functionKey(runtime.awsEnv["AWS_ACCESS_KEY_ID"] ?? "", name),
      secretAccessKey: "local",
    },
    maxAttempts: 1,
  };
  const tables = new DynamoDBClient({
    ...settings,
    endpoint: runtime.awsEnv["AWS_ENDPOINT_URL_DYNAMODB"] ?? "",
  });
  return {
    get: (TableName: string) => tables.send(new GetItemCommand({ TableName, Key: key })),
    put: (TableName: string) => tables.send(new PutItemCommand({ TableName, Item: key })),
    scan: (TableName: string) => tables.send(new ScanCommand({ TableName })),
    batchWrite: (...names: string[]) =>
      tables.send(
        new BatchWriteItemCommand({
          RequestItems: Object.fromEntries(names.map((table) => [table, [{ PutRequest: { Item: key } }]])),
        }),
      ),
    query: (TableName: string, IndexName?: string) =>
      tables.send(
        new QueryCommand({
          TableName,
          ...(IndexName ? { IndexName } : {}),
          KeyConditionExpression: "#pk = :pk",
          ExpressionAttributeNames: { "#pk": IndexName === "outbox" ? "outboxPk" : "gsi1pk" },
          ExpressionAttributeValues: { ":pk": { S: "x" } },
        }),
      ),
    publish: (...types: string[]) =>
      new EventBridgeClient(settings).send(new PutEventsCommand({ Entries: types.map(anEvent) })),
    sms: () => new SNSClient(settings).send(new PublishCommand({ PhoneNumber: "+1555", Message: "hello" })),
    subscribe: (TopicArn: string) =>
      new SNSClient(settings).send(
        new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "a@b.test" }),
      ),
    send: (queue: string) =>
      new SQSClient(settings).send(
        new SendMessageCommand({ QueueUrl: `${settings.endpoint}/000000000000/${queue}`, MessageBody: "{}" }),
      ),
    push: () =>
      new ApiGatewayManagementApiClient(settings).send(
        new PostToConnectionCommand({ ConnectionId: "x", Data: Buffer.from("{}") }),
      ),
  };
}

type Call = (aws: ReturnType<typeof clientsOf>) => Promise<unknown>;
const refused: [string, string, Call, string, string][] = [
  [
    "metrics-api",
    "writes a table it may read",
    (aws) => aws.put("metrics"),
    "dynamodb:PutItem",
    arn("dynamodb", "table/metrics"),
  ],
  [
    "metrics-api",
    "reads a table it does not name",
    (aws) => aws.get("incidents"),
    "dynamodb:GetItem",
    arn("dynamodb", "table/incidents"),
  ],
  ["metrics-write", "scans", (aws) => aws.scan("metrics"), "dynamodb:Scan", arn("dynamodb", "table/metrics")],
  [
    "incidents-api",
    "reads across tenants",
    (aws) => aws.query("incidents", "outbox"),
    "dynamodb:Query",
    arn("dynamodb", "table/incidents/index/outbox"),
  ],
  [
    "platform-outbox",
    "reads whole items",
    (aws) => aws.get("incidents"),
    "dynamodb:GetItem",
    arn("dynamodb", "table/incidents"),
  ],
  [
    "metrics-write",
    "hides a foreign table in a batch",
    (aws) => aws.batchWrite("metrics", "alerts"),
    "dynamodb:BatchWriteItem",
    arn("dynamodb", "table/alerts"),
  ],
  [
    "alerts-api",
    "publishes a type that is not its own",
    (aws) => aws.publish("alert.resolved.v1", "incident.opened.v1"),
    "events:PutEvents",
    `${arn("events", "event-bus/local")} for incident.opened.v1`,
  ],
  ["alerts-api", "sends an SMS", (aws) => aws.sms(), "sns:Publish", "a phone number"],
  [
    "notifications-deliver",
    "subscribes to the topic",
    (aws) => aws.subscribe(arn("sns", "alerts-email")),
    "sns:Subscribe",
    arn("sns", "alerts-email"),
  ],
  [
    "notifications-deliver",
    "sends to another's queue",
    (aws) => aws.send("incidents-correlate"),
    "sqs:SendMessage",
    arn("sqs", "incidents-correlate"),
  ],
  [
    "incidents-api",
    "writes to an open dashboard",
    (aws) => aws.push(),
    "execute-api:ManageConnections",
    arn("execute-api", "local/local/*/@connections/*"),
  ],
];

test.each(refused)("%s that %s is told AccessDenied", async (name, _what, call, action, resource) => {
  const denied = call(clientsOf(name));

  await expect(denied).rejects.toMatchObject({
    name: action.startsWith("sns:") ? "AuthorizationErrorException" : "AccessDeniedException",
    message: `User: arn:aws:sts::000000000000:assumed-role/${name}/${name} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  });
});

const granted: [string, string, Call][] = [
  ["metrics-api", "reads its table", (aws) => aws.get("metrics")],
  ["metrics-write", "writes its table in batches", (aws) => aws.batchWrite("metrics")],
  ["platform-outbox", "reads what all tenants owe", (aws) => aws.query("incidents", "outbox")],
  ["alerts-api", "publishes its type", (aws) => aws.publish("alert.resolved.v1")],
  ["notifications-deliver", "sends an SMS", (aws) => aws.sms()],
  ["notifications-deliver", "puts a message off", (aws) => aws.send("notifications-deliver")],
  ["notifications-api", "subscribes an address", (aws) => aws.subscribe(arn("sns", "alerts-email"))],
];

test.each(granted)("%s %s", async (name, _what, call) => {
  await expect(call(clientsOf(name))).resolves.toBeDefined();
});

test("a key that no function was given opens nothing", async () => {
  const stranger = clientsOf("no-such-function");

  await expect(stranger.get("metrics")).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  await expect(stranger.publish("alert.fired.v1")).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
});
