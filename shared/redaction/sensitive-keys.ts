/**
 * How far the name of a value says that the value is secret. `certain`: whatever it is, short of a placeholder;
 * `likely`: where it looks random; `vague`: where it looks random and is no UUID or digest; `cookies` and
 * `authorization`: to the end of the header. `personal` values are digits of a person.
 */
export type KeySense =
  | "certain"
  | "likely"
  | "vague"
  | "cookies"
  | "authorization"
  | "phone"
  | "personal"
  | "none";

/** Compared without case and separators, at the end of the name. */
const certain = [
  "password",
  "passwd",
  "passwort",
  "passphrase",
  "passcode",
  "pwd",
  "dbpass",
  "userpass",
  "mysqlpass",
  "redispass",
  "smtppass",
  "clientsecret",
  "appsecret",
  "apisecret",
  "consumersecret",
  "sharedsecret",
  "signingsecret",
  "webhooksecret",
  "jwtsecret",
  "sessionsecret",
  "tokensecret",
  "secretkey",
  "secretkeybase",
  "secretaccesskey",
  "secrettoken",
  "accesskey",
  "sharedaccesskey",
  "accountkey",
  "privatekey",
  "apikey",
  "appkey",
  "applicationkey",
  "authkey",
  "masterkey",
  "encryptionkey",
  "signingkey",
  "subscriptionkey",
  "licensekey",
  "storagekey",
  "hmackey",
  "ingestkey",
  "writekey",
  "restkey",
  "apitoken",
  "accesstoken",
  "authtoken",
  "refreshtoken",
  "bearertoken",
  "sessiontoken",
  "securitytoken",
  "oauthtoken",
  "identitytoken",
  "idtoken",
  "bottoken",
  "deploytoken",
  "personaltoken",
  "privatetoken",
  "registrationtoken",
  "jobtoken",
  "serviceroletoken",
  "xvaulttoken",
  "vaulttoken",
  "githubtoken",
  "ghtoken",
  "gitlabtoken",
  "npmtoken",
  "jsessionid",
  "phpsessid",
  "connectsid",
] as const;
const likely = [
  "secret",
  "token",
  "auth",
  "credential",
  "credentials",
  "signature",
  "sig",
  "dsn",
  "pat",
  "pass",
  "pw",
];
/** Tokens and keys that name a place in a list, a request or a table, not a right. */
const harmless =
  /(?:next|page|continuation|sync|client|request|idempotency|pagination|cursor|resume|start|stop|eos|bos|pad|unknown|unexpected|invalid|dedup|task|lexer|syntax|end|mask|primary|foreign|partition|sort|cache|routing|object|row|public|registry|lookup|hot|unique|composite|range|hash|group|event|index|config|bucket|translation|deduplication|aggregate|shard|map|dictionary|label|tag|metric|lock|message|record|item|s3|kms|resource|correlation|log)(?:token|key)$/;

const phones =
  /(?:^|user|customer|mobile|cell|home|work|contact)(?:phone|phonenumber|mobile|msisdn|tel|telephone)$/;
const numbers = /(?:^|card|user)(?:ssn|cvv|cvc|cvv2|socialsecuritynumber|iban|cardnumber)$/;
const shortOnes = /(?:^|[-_. ])(?:pass|pw|pat|sig)$/i;
const camelCased = /[a-z](?:Pass|Pw|Pat|Sig)$/;

const lastLetters = new Set(
  [
    ...certain,
    ...likely,
    "cookie",
    "authorization",
    "phone",
    "number",
    "mobile",
    "msisdn",
    "tel",
    "ssn",
    "cvv2",
  ]
    .flatMap((ending) => [ending.slice(-1), ending.slice(-1).toUpperCase()])
    .map((letter) => letter.charCodeAt(0)),
);

/** A quick no for most names, by the last letter alone. */
export const mayEndSensitiveKey = (code: number): boolean => lastLetters.has(code);

/** Names repeat, so most are known already; forgetting all of them costs time only. */
const known = new Map<string, KeySense>();
const mostKnown = 4_096;

/** What the name of a value tells, without its quotes. */
export function senseOfKey(name: string): KeySense {
  let sense = known.get(name);
  if (sense === undefined) {
    sense = judge(name);
    if (known.size >= mostKnown) known.clear();
    known.set(name, sense);
  }
  return sense;
}

function judge(name: string): KeySense {
  const plain = name.replace(/[-_. ]/g, "").toLowerCase();
  if (plain.endsWith("cookie")) return "cookies";
  if (plain.endsWith("authorization")) return "authorization";
  if (certain.some((ending) => plain.endsWith(ending))) return "certain";
  if (harmless.test(plain)) return "none";
  // "compass" and "bypass" end as a password does; a name of its own begins at a separator or a capital.
  if (/(?:pass|pw|pat|sig)$/.test(plain)) {
    return shortOnes.test(name) || camelCased.test(name) ? "likely" : "none";
  }
  if (likely.some((ending) => plain.endsWith(ending))) return "likely";
  if (plain.endsWith("key") && plain !== "key") return "vague";
  if (phones.test(plain)) return "phone";
  return numbers.test(plain) ? "personal" : "none";
}
