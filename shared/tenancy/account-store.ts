import {
  AdminCreateUserCommand,
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
