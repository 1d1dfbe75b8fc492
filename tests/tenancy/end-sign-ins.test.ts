import {
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  TooManyRequestsException,
  UserNotFoundException,
} from "@aws-sdk/client-cognito-identity-provider";
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { PostConfirmationTriggerEvent } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { onConfirmed } from "../../functions/tenancy-password/handler.ts";
import { follow } from "../../shared/platform/lambda/user-pool-door.ts";
import { endSignIns } from "../../shared/tenancy/account-store.ts";
import { aLog } from "../platform/builders.ts";

const cognito = mockClient(CognitoIdentityProviderClient);
beforeEach(() => {
  cognito.reset();
  cognito.on(AdminUserGlobalSignOutCommand).resolves({});
});

const anEvent = (
  triggerSource: PostConfirmationTriggerEvent["triggerSource"],
): PostConfirmationTriggerEvent => ({
  version: "1",
  region: "eu-west-1",
  userPoolId: "eu-west-1_Pool1",
  userName: "6f0c-ann",
  triggerSource,
  callerContext: { awsSdkVersion: "3", clientId: "dashboard" },
  request: { userAttributes: { email: "ann@example.com" } },
  response: {},
});
const newPassword = anEvent("PostConfirmation_ConfirmForgotPassword");

const call = (event: PostConfirmationTriggerEvent, log = aLog()) =>
  follow({ services: () => ({ log, endSignIns }), confirmed: onConfirmed }, event);
const ended = () => cognito.commandCalls(AdminUserGlobalSignOutCommand).map(({ args }) => args[0].input);

describe("S-34: what a user pool has confirmed", () => {
  test("a new password ends the sign-ins of that person in that pool, and the pool gets its event back", async () => {
    expect(await call(newPassword)).toEqual(newPassword);

    expect(ended()).toEqual([{ UserPoolId: "eu-west-1_Pool1", Username: "6f0c-ann" }]);
  });

  test("a new account ends nobody's", async () => {
    const newAccount = anEvent("PostConfirmation_ConfirmSignUp");

    expect(await call(newAccount)).toEqual(newAccount);

    expect(ended()).toEqual([]);
  });

  test("a person who is gone meanwhile has no sign-in to end", async () => {
    cognito
      .on(AdminUserGlobalSignOutCommand)
      .rejects(new UserNotFoundException({ message: "gone", $metadata: {} }));

    await expect(call(newPassword)).resolves.toEqual(newPassword);
  });

  test("a pool that refuses is told to the person and in the log, without what the person is called", async () => {
    const log = aLog();
    cognito
      .on(AdminUserGlobalSignOutCommand)
      .rejects(new TooManyRequestsException({ message: "slow down", $metadata: {} }));

    await expect(call(newPassword, log)).rejects.toThrow("slow down");

    expect(log.lines).toContainEqual(
      expect.objectContaining({ message: "what a user pool confirmed was not followed" }),
    );
    expect(JSON.stringify(log.lines)).not.toContain("ann");
  });
});
