import { PublishCommand, type PublishCommandInput, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";

export type TextOutcome =
  | { kind: "accepted" }
  /** Worth another try later. */
  | { kind: "busy"; detail: string }
  /** SNS will never take it. */
  | { kind: "refused"; detail: string };

/** Sends plain text to people through SNS: SMS to a number, e-mail through the installation's one topic. */
export interface TextMessages {
  sms(phoneNumber: string, text: string): Promise<TextOutcome>;
  email(address: string, subject: string, text: string): Promise<TextOutcome>;
}

/** Every address is subscribed with this attribute as its filter, so each gets its own messages alone. */
const addressAttribute = "address";

export function makeTextMessages(client: SNSClient, emailTopicArn: string): TextMessages {
  return {
    sms: (phoneNumber, text) => publish(client, { PhoneNumber: phoneNumber, Message: text }),
    email: (address, subject, text) =>
      publish(client, {
        TopicArn: emailTopicArn,
        Subject: subject,
        Message: text,
        MessageAttributes: { [addressAttribute]: { DataType: "String", StringValue: address } },
      }),
  };
}

/** Subscribes an address; asked again it tells whether its owner has confirmed, and reminds one who has not. */
export type SubscribeEmail = (address: string) => Promise<{ confirmed: boolean }>;

export function makeSubscribeEmail(client: SNSClient, emailTopicArn: string): SubscribeEmail {
  return async (address) => {
    const answer = await client.send(
      new SubscribeCommand({
        TopicArn: emailTopicArn,
        Protocol: "email",
        Endpoint: address,
        Attributes: { FilterPolicy: JSON.stringify({ [addressAttribute]: [address] }) },
      }),
    );
    return { confirmed: answer.SubscriptionArn?.startsWith("arn:") ?? false };
  };
}

export function makeSnsClient(): SNSClient {
  return new SNSClient({ maxAttempts: 2 });
}

async function publish(client: SNSClient, input: PublishCommandInput): Promise<TextOutcome> {
  try {
    await client.send(new PublishCommand(input));
    return { kind: "accepted" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const detail = `${error.name}: ${error.message}`;
    return neverTaken.has(error.name) ? { kind: "refused", detail } : { kind: "busy", detail };
  }
}

/** What is wrong with the address or number itself; a missing right or topic is ours to mend, and is tried again. */
const neverTaken = new Set([
  "InvalidParameterException",
  "InvalidParameterValueException",
  "OptedOutException",
  "EndpointDisabledException",
]);
