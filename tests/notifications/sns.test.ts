import { PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { makeSend } from "../../shared/notifications/channels/send.ts";
import { makeSendAgain } from "../../shared/platform/aws/own-queue.ts";
import { makeSubscribeEmail, makeTextMessages } from "../../shared/platform/aws/sns.ts";
import { aMessage, anEmailChannel, anSmsChannel } from "./builders.ts";

const topic = "arn:aws:sns:eu-central-1:000000000000:alerts";
const sns = mockClient(SNSClient);
const texts = makeTextMessages(new SNSClient({ region: "eu-central-1" }), topic);
const send = makeSend({
  texts: async () => texts,
  guardedFetch: () => Promise.reject(new Error("nothing is fetched here")),
});
beforeEach(() => {
  sns.reset();
});

const failing = (name: string) => sns.rejects(Object.assign(new Error("AWS says so"), { name }));

describe("e-mail and SMS through SNS", () => {
  test("an e-mail goes to the topic, marked for its address alone", async () => {
    sns.on(PublishCommand).resolves({});

    expect(await send(anEmailChannel(), aMessage())).toEqual({ kind: "accepted", status: null });

    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toMatchObject({
      TopicArn: topic,
      Subject: "WARNING: Checkout answers slowly",
      Message: expect.stringContaining("https://ops.example.com/incidents/inc_1"),
      MessageAttributes: { address: { DataType: "String", StringValue: "ada@example.com" } },
    });
  });

  test("an SMS goes to its number, in one part", async () => {
    sns.on(PublishCommand).resolves({});

    await send(anSmsChannel(), aMessage());

    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toEqual({
      PhoneNumber: "+14155550123",
      Message: "WARNING: Checkout answers slowly https://ops.example.com/incidents/inc_1",
    });
  });

  test.each([
    ["OptedOutException", "rejected"],
    ["InvalidParameterException", "rejected"],
    ["ThrottledException", "retry"],
    ["InternalErrorException", "retry"],
    ["AuthorizationErrorException", "retry"],
    ["TimeoutError", "retry"],
  ])("F11: %s is %s, and AWS's own text stays with us", async (name, kind) => {
    failing(name);

    const outcome = await send(anSmsChannel(), aMessage());

    expect(outcome).toMatchObject({ kind, detail: `${name}: AWS says so` });
    expect("reason" in outcome && outcome.reason).not.toMatch(/AWS says so/);
  });

  test.each([
    ["pending confirmation", false],
    [`${topic}:1234`, true],
  ])("an address whose subscription is %j is confirmed: %j", async (SubscriptionArn, confirmed) => {
    sns.on(SubscribeCommand).resolves({ SubscriptionArn });
    const subscribe = makeSubscribeEmail(new SNSClient({ region: "eu-central-1" }), topic);

    expect(await subscribe("ada@example.com")).toEqual({ confirmed });

    expect(sns.commandCalls(SubscribeCommand)[0]?.args[0].input).toEqual({
      TopicArn: topic,
      Protocol: "email",
      Endpoint: "ada@example.com",
      Attributes: { FilterPolicy: '{"address":["ada@example.com"]}' },
    });
  });
});

describe("sending again", () => {
  test.each([
    [30_000, 30],
    [29_001, 30],
    [-5, 0],
    [3_600_000, 900],
  ])(
    "R-17: a wait of %i ms is %i s, never shorter and at most SQS's fifteen minutes",
    async (ms, DelaySeconds) => {
      const sqs = mockClient(SQSClient);
      sqs.on(SendMessageCommand).resolves({});

      await makeSendAgain(new SQSClient({ region: "eu-central-1" }), "http://queue")("body", ms);

      expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input).toEqual({
        QueueUrl: "http://queue",
        MessageBody: "body",
        DelaySeconds,
      });
    },
  );
});
