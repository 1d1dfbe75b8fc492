import {
  AdminCreateUserCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";

/**
 * Makes a person's account in the installation's user pool; Cognito mails a first password. False where the
 * person has one already.
 */
export async function openAccount(userPoolId: string, email: string): Promise<boolean> {
  try {
    await new CognitoIdentityProviderClient().send(
      new AdminCreateUserCommand({
        UserPoolId: userPoolId,
        Username: email,
        DesiredDeliveryMediums: ["EMAIL"],
        UserAttributes: [
          { Name: "email", Value: email },
          { Name: "email_verified", Value: "true" },
        ],
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "UsernameExistsException") return false;
    throw error;
  }
}

/**
 * Withdraws every refresh token that the user pool has given for a person. Whoever has no account any more has no
 * sign-in either.
 */
export async function endSignIns(userPoolId: string, userName: string): Promise<void> {
  try {
    await new CognitoIdentityProviderClient().send(
      new AdminUserGlobalSignOutCommand({ UserPoolId: userPoolId, Username: userName }),
    );
  } catch (error) {
    if (error instanceof Error && error.name === "UserNotFoundException") return;
    throw error;
  }
}
