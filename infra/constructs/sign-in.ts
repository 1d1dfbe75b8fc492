import { Duration, Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ProviderAttribute,
  UserPool,
  UserPoolClientIdentityProvider,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { acknowledge } from "./acknowledge.ts";
import type { SignInPlace } from "./platform.ts";
import type { UserPoolTrigger } from "./user-pool-trigger.ts";

interface SignInProps {
  choices: Choices;
  /** `https://…`, without a slash at the end. */
  dashboardUrl: string;
  /** What is done when people confirm something in a pool of their own. */
  triggers: readonly UserPoolTrigger[];
}

const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const mfaOf = { required: Mfa.REQUIRED, optional: Mfa.OPTIONAL } as const;

/** Where people sign in: the company's own OpenID provider where one is chosen, a user pool otherwise. */
export function signInPlace(scope: Construct, props: SignInProps): SignInPlace {
  const { signInIssuer, signInClientId, signInSecretArn, signInTrustsEmail } = props.choices;
  if (!signInIssuer || !signInClientId) return new SignInPool(scope, "SignIn", props).place;
  return {
    issuer: signInIssuer,
    clientId: signInClientId,
    ...(signInSecretArn ? { secretArn: signInSecretArn } : {}),
    trustsEmail: signInTrustsEmail,
  };
}

/**
 * The installation's own people: accounts by invitation alone, at Cognito's managed pages. With the company's SAML
 * the pool only passes on what that says.
 */
class SignInPool extends Construct {
  readonly place: SignInPlace;

  constructor(scope: Construct, id: string, { choices, dashboardUrl, triggers }: SignInProps) {
    super(scope, id);
    const kept = choices.removalPolicy === "retain";
    const pool = new UserPool(this, "Pool", {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(7),
      },
      mfa: mfaOf[choices.mfa],
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: FeaturePlan.ESSENTIALS,
      userInvitation: {
        emailSubject: "You are invited to SentinelOps",
        emailBody: `You are invited to SentinelOps.<br><br>Sign in at ${dashboardUrl}/session/sign-in<br>with the address {username} and this first password: {####}<br><br>It is good for 7 days.`,
      },
      deletionProtection: kept,
      removalPolicy: kept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.#acknowledge(pool, choices);
    const company = choices.samlMetadataUrl ? this.#company(pool, choices.samlMetadataUrl) : undefined;
    if (!company) for (const trigger of triggers) trigger.hangOn(pool);
    const client = pool.addClient("Dashboard", {
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [`${dashboardUrl}/session/callback`],
        logoutUrls: [dashboardUrl],
      },
      supportedIdentityProviders: [
        company
          ? UserPoolClientIdentityProvider.custom(company.providerName)
          : UserPoolClientIdentityProvider.COGNITO,
      ],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      // A session of the dashboard ends after a week, whatever the pool would still say.
      refreshTokenValidity: Duration.days(8),
      idTokenValidity: Duration.minutes(5),
      accessTokenValidity: Duration.minutes(5),
    });
    if (company) client.node.addDependency(company);
    pool.addDomain("Pages", {
      cognitoDomain: { domainPrefix: `sentinelops-${uniquePart(this)}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    new CfnManagedLoginBranding(this, "Branding", {
      userPoolId: pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    this.place = {
      issuer: pool.userPoolProviderUrl,
      clientId: client.userPoolClientId,
      trustsEmail: company !== undefined,
      // Who comes by way of the company has an account there.
      ...(company ? {} : { userPool: { id: pool.userPoolId, arn: pool.userPoolArn } }),
    };
  }

  #company(pool: UserPool, metadataUrl: string): UserPoolIdentityProviderSaml {
    return new UserPoolIdentityProviderSaml(this, "Company", {
      userPool: pool,
      name: "company",
      metadata: UserPoolIdentityProviderSamlMetadata.url(metadataUrl),
      attributeMapping: {
        email: ProviderAttribute.other(`${claims}/emailaddress`),
        fullname: ProviderAttribute.other(`${claims}/name`),
      },
    });
  }

  #acknowledge(pool: UserPool, { mfa }: Choices): void {
    acknowledge(
      pool,
      "COG8",
      "The Plus plan's threat protection is paid for each person and month; a second factor is demanded instead.",
    );
    if (mfa === "optional") {
      acknowledge(pool, "COG2", "Chosen: people may do without a second factor, mfa=required demands one.");
    }
  }
}

/** Names of managed pages are AWS' whole region's to share, so a part of the stack's own id is in ours. */
function uniquePart(scope: Construct): string {
  return Fn.select(0, Fn.split("-", Fn.select(2, Fn.split("/", Stack.of(scope).stackId))));
}
