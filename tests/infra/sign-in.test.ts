import { describe, expect, test } from "@jest/globals";
import { readChoices } from "../../infra/choices.ts";
import { type Resource, synthesize } from "./synth.ts";

const installationWith = (choices: Record<string, string> = {}) =>
  synthesize({ metricStore: "dynamodb", ...choices })["SentinelOps"] ?? [];
const only = (resources: Resource[], type: string) => {
  const found = resources.filter((resource) => resource.Type === type);
  expect(found).toHaveLength(1);
  return found[0]?.Properties;
};
const settingsOf = (resources: Resource[], name: string): Record<string, unknown> =>
  resources.find(({ Properties }) => Properties.Description === `SentinelOps ${name}`)?.Properties.Environment
    .Variables;
const logicalId = (resource: Resource | undefined) => resource?.id.slice(resource.id.indexOf("/") + 1) ?? "";
const statementsOn = (resources: Resource[], action: string) =>
  resources
    .filter(({ Type }) => Type === "AWS::IAM::Policy")
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as { Action: string | string[] }[])
    .filter(({ Action }) => [Action].flat().includes(action));
const policyOf = (resources: Resource[], domain: string) =>
  JSON.stringify(
    resources.filter(({ id, Type }) => Type === "AWS::IAM::Policy" && id.startsWith(`${domain}/`)),
  );

describe("with nothing chosen", () => {
  const resources = installationWith();

  test("a user pool takes nobody who was not invited, and demands a long password and a second factor", () => {
    expect(only(resources, "AWS::Cognito::UserPool")).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: "ON",
      EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
      DeletionProtection: "ACTIVE",
      UsernameConfiguration: { CaseSensitive: false },
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireSymbols: true, RequireUppercase: true } },
    });
  });

  test("its one client knows the code flow alone, keeps no secret, and leads back to the dashboard alone", () => {
    const client = only(resources, "AWS::Cognito::UserPoolClient");

    expect(client).toMatchObject({
      AllowedOAuthFlows: ["code"],
      GenerateSecret: false,
      PreventUserExistenceErrors: "ENABLED",
      EnableTokenRevocation: true,
      SupportedIdentityProviders: ["COGNITO"],
    });
    expect(client.CallbackURLs).toHaveLength(1);
    expect(JSON.stringify(client.CallbackURLs)).toContain("/session/callback");
  });

  test("the functions are told where people sign in; one may open accounts, none may do more", () => {
    expect(settingsOf(resources, "tenancy-session")).toMatchObject({
      OIDC_ISSUER: expect.anything(),
      OIDC_CLIENT_ID: expect.anything(),
    });
    expect(settingsOf(resources, "tenancy-people")).toMatchObject({ USER_POOL_ID: expect.anything() });
    expect(policyOf(resources, "tenancy").match(/cognito-idp:\w+/g)).toEqual(["cognito-idp:AdminCreateUser"]);
    expect(policyOf(resources, "tenancy")).not.toContain("secretsmanager");
  });

  test("S-34: the pool has sign-ins ended once a password was changed, by a function that only it may call", () => {
    const pool = resources.find(({ Type }) => Type === "AWS::Cognito::UserPool");
    const arnOf = (resource: Resource | undefined) => ({ "Fn::GetAtt": [logicalId(resource), "Arn"] });
    const called = resources.find(({ Properties }) =>
      Properties?.Description?.endsWith("SentinelOps tenancy-password"),
    );

    expect(pool?.Properties.LambdaConfig).toEqual({ PostConfirmation: arnOf(called) });
    const callers = resources.filter(
      ({ Type, Properties }) =>
        Type === "AWS::Lambda::Permission" && JSON.stringify(Properties).includes(logicalId(called)),
    );
    expect(callers.map(({ Properties }) => Properties)).toEqual([
      {
        Action: "lambda:InvokeFunction",
        FunctionName: arnOf(called),
        Principal: "cognito-idp.amazonaws.com",
        SourceArn: arnOf(pool),
      },
    ]);
    expect(called?.Properties.Timeout).toBeLessThanOrEqual(5);
    expect(statementsOn(resources, "cognito-idp:AdminUserGlobalSignOut")).toEqual([
      { Action: "cognito-idp:AdminUserGlobalSignOut", Effect: "Allow", Resource: arnOf(pool) },
    ]);
  });
});

test("with the company's own provider there is no pool, and one function may read one secret", () => {
  const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:sign-in-Ab12Cd";
  const resources = installationWith({
    signInIssuer: "https://idp.example.com/",
    signInClientId: "so",
    signInSecretArn: secret,
    signInTrustsEmail: "true",
  });

  expect(resources.filter(({ Type }) => Type.startsWith("AWS::Cognito::"))).toEqual([]);
  expect(JSON.stringify(resources)).not.toContain("cognito-idp");
  expect(settingsOf(resources, "tenancy-session")).toMatchObject({
    OIDC_ISSUER: "https://idp.example.com/",
    OIDC_CLIENT_ID: "so",
    OIDC_SECRET_ARN: secret,
    OIDC_TRUSTS_EMAIL: "1",
  });
  const policies = JSON.stringify(resources.filter(({ Type }) => Type === "AWS::IAM::Policy"));
  expect(policies.split("secretsmanager:GetSecretValue")).toHaveLength(2);
  expect(policies).toContain(secret);
});

test("with the company's SAML people sign in there alone, and nobody gets an account here", () => {
  const resources = installationWith({ samlMetadataUrl: "https://idp.example.com/saml", mfa: "optional" });

  expect(only(resources, "AWS::Cognito::UserPoolIdentityProvider").ProviderDetails).toEqual({
    MetadataURL: "https://idp.example.com/saml",
    IDPSignout: false,
  });
  expect(only(resources, "AWS::Cognito::UserPoolClient").SupportedIdentityProviders).toHaveLength(1);
  expect(JSON.stringify(only(resources, "AWS::Cognito::UserPoolClient"))).not.toContain('"COGNITO"');
  expect(settingsOf(resources, "tenancy-people")["USER_POOL_ID"]).toBeUndefined();
  expect(only(resources, "AWS::Cognito::UserPool").LambdaConfig).toBeUndefined();
  expect(JSON.stringify(resources)).not.toContain("cognito-idp:");
});

test.each<[string, Record<string, string>, RegExp]>([
  [
    "a provider without a client",
    { signInIssuer: "https://idp.example.com" },
    /signInIssuer and signInClientId/,
  ],
  [
    "a provider without TLS",
    { signInIssuer: "http://idp.example.com", signInClientId: "so" },
    /https address/,
  ],
  [
    "a secret for nobody",
    { signInSecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a" },
    /signInIssuer/,
  ],
  [
    "two ways at once",
    { signInIssuer: "https://a.example", signInClientId: "so", samlMetadataUrl: "https://b.example" },
    /leave one out/,
  ],
])("%s is refused before anything is made", (_what, choices, why) => {
  expect(() => readChoices((name) => choices[name])).toThrow(why);
});
