import middy from "@middy/core";
import type { PostConfirmationTriggerEvent } from "aws-lambda";
import type { Log } from "../log.ts";
import { measured, oneRecord } from "./measured.ts";

export interface UserPoolServices {
  log: Log;
}

/** What somebody has just confirmed in a user pool: a new account, or a new password. */
export type Confirmed = Pick<PostConfirmationTriggerEvent, "triggerSource" | "userPoolId" | "userName">;

export interface UserPoolDoorOptions<S> {
  services: () => S;
  /** A throw is shown to the person as an error; what was confirmed stays so. */
  confirmed(what: Confirmed, services: S): Promise<void>;
}

/** The Lambda that a user pool calls once somebody has confirmed something, and whose answer it waits for. */
export function userPoolDoor<S extends UserPoolServices>(options: UserPoolDoorOptions<S>) {
  return middy<PostConfirmationTriggerEvent, PostConfirmationTriggerEvent>().handler(
    (event: PostConfirmationTriggerEvent) => follow(options, event),
  );
}

/** Serves one event; exported so that tests can hand one over. The pool wants its event back. */
export async function follow<S extends UserPoolServices>(
  { services, confirmed }: UserPoolDoorOptions<S>,
  event: PostConfirmationTriggerEvent,
): Promise<PostConfirmationTriggerEvent> {
  const made = services();
  const { triggerSource, userPoolId, userName } = event;
  try {
    await measured(
      made.log,
      () => confirmed({ triggerSource, userPoolId, userName }, made),
      () => oneRecord(false),
    );
    return event;
  } catch (error) {
    made.log.error("what a user pool confirmed was not followed", { error, triggerSource });
    throw error;
  }
}
