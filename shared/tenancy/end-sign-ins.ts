import type { Confirmed } from "../platform/lambda/user-pool-door.ts";

interface EndSignInsDeps {
  endSignIns(userPoolId: string, userName: string): Promise<void>;
}

/**
 * Ends a person's sign-ins in the user pool once a new password was set by a code that was mailed, so that the
 * sessions that rest on them end at their next refresh; a new account has none. Throws where the pool refuses:
 * the person is shown an error and can ask for another code, which ends them after all. It keeps nobody out, as
 * the new password counts already and signing in does not come this way; passing over it would leave sessions
 * open that the person believes ended.
 */
export async function endSignInsOfOldPassword(
  { triggerSource, userPoolId, userName }: Confirmed,
  { endSignIns }: EndSignInsDeps,
): Promise<void> {
  switch (triggerSource) {
    case "PostConfirmation_ConfirmForgotPassword":
      return endSignIns(userPoolId, userName);
    case "PostConfirmation_ConfirmSignUp":
      return;
  }
}
