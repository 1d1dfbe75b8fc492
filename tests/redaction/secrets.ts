import type { Seeded } from "./seeded.ts";

/** A way to make a secret: `text` as it would stand in a log, `planted` the parts that must be gone. */
export interface Planted {
  text: string;
  planted: string[];
}
type Maker = (r: Seeded) => Planted;

const alone =
  (make: (r: Seeded) => string): Maker =>
  (r) => {
    const text = make(r);
    return { text, planted: [text] };
  };
const named =
  (name: string, make: (r: Seeded) => string): Maker =>
  (r) => {
    const secret = make(r);
    return { text: `${name}${secret}`, planted: [secret] };
  };
const segment = (r: Seeded, value: object) =>
  Buffer.from(JSON.stringify({ ...value, n: r.below(1_000_000) })).toString("base64url");
const password = (r: Seeded) => r.of("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!*^", 14);
const pem =
  (label: string): Maker =>
  (r) => {
    const lines = Array.from({ length: 6 }, () => r.base64(64));
    return {
      text: `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----`,
      planted: lines,
    };
  };
const inUrl =
  (scheme: string, host: string): Maker =>
  (r) => {
    const secret = password(r);
    return { text: `${scheme}://svc_${r.lower(4)}:${secret}@${host}`, planted: [secret] };
  };

/** Those of which not one may slip through. */
export const vital: Record<string, Maker> = {
  "aws pair": (r) => {
    const id = `${r.pick(["AKIA", "ASIA"])}${r.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}`;
    const secret = r.base64(40);
    const text = r.pick([
      `aws_access_key_id=${id} aws_secret_access_key=${secret}`,
      `{"AccessKeyId":"${id}","SecretAccessKey":"${secret}"}`,
      `AWS_ACCESS_KEY_ID: ${id}, AWS_SECRET_ACCESS_KEY: ${secret}`,
      `credentials ${id}:${secret} loaded`,
      `${id} / ${secret}`,
    ]);
    return { text, planted: [id, secret] };
  },
  "github classic": alone((r) => `${r.pick(["ghp", "gho", "ghu", "ghs", "ghr"])}_${r.alnum(36)}`),
  "github fine-grained": alone((r) => `github_pat_${r.alnum(22)}_${r.alnum(59)}`),
  "slack bot": alone((r) => `xoxb-${r.digits(12)}-${r.digits(13)}-${r.alnum(24)}`),
  "slack user": alone((r) => `xoxp-${r.digits(11)}-${r.digits(11)}-${r.digits(13)}-${r.hex(32)}`),
  "slack app": alone((r) => `xapp-1-A${r.upper(10)}-${r.digits(13)}-${r.hex(64)}`),
  "slack webhook": (r) => {
    const path = `T${r.upper(8)}/B${r.upper(10)}/${r.alnum(24)}`;
    return { text: `https://hooks.slack.com/services/${path}`, planted: [path] };
  },
  stripe: alone((r) => `${r.pick(["sk", "rk"])}_${r.pick(["live", "test"])}_${r.alnum(r.pick([24, 99]))}`),
  "openai old": alone((r) => `sk-${r.alnum(20)}T3BlbkFJ${r.alnum(20)}`),
  "openai project": alone((r) => `sk-proj-${r.url(74)}T3BlbkFJ${r.url(74)}`),
  anthropic: alone((r) => `sk-ant-api03-${r.url(93)}AA`),
  jwt: alone(
    (r) => `${segment(r, { alg: "HS256", typ: "JWT" })}.${segment(r, { sub: "u", exp: 1 })}.${r.url(43)}`,
  ),
  "jwt unsigned": alone((r) => `${segment(r, { alg: "none" })}.${segment(r, { sub: "u" })}.`),
  "pem rsa": pem("RSA PRIVATE KEY"),
  "pem pkcs8": pem("PRIVATE KEY"),
  "pem ec": pem("EC PRIVATE KEY"),
  "pem openssh": pem("OPENSSH PRIVATE KEY"),
  "pem pgp": pem("PGP PRIVATE KEY BLOCK"),
  "basic-auth url": inUrl("https", "registry.example.com/v2/"),
  "token url": named("https://", (r) => r.alnum(30)),
  postgres: inUrl("postgresql", "db.internal:5432/shop?sslmode=require"),
  mysql: inUrl("mysql", "10.0.0.4/shop"),
  mongodb: inUrl("mongodb+srv", "cluster0.abcde.mongodb.net/shop"),
  redis: (r) => {
    const secret = password(r);
    return { text: `redis://:${secret}@cache:6379/0`, planted: [secret] };
  },
  amqp: inUrl("amqps", "mq.internal:5671/vhost"),
  "ado.net": (r) => {
    const secret = password(r);
    return { text: `Server=tcp:db,1433;User ID=sa;Password=${secret};Encrypt=True;`, planted: [secret] };
  },
  jdbc: (r) => {
    const secret = r.alnum(12);
    return { text: `jdbc:postgresql://db/shop?user=shop&password=${secret}&ssl=true`, planted: [secret] };
  },
  libpq: (r) => {
    const secret = r.alnum(12);
    return { text: `host=db port=5432 user=shop password='${secret}' dbname=shop`, planted: [secret] };
  },
  "azure storage": (r) => {
    const secret = `${r.base64(86)}==`;
    const text = `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${secret};EndpointSuffix=core.windows.net`;
    return { text, planted: [secret] };
  },
  "service bus": (r) => {
    const secret = `${r.base64(43)}=`;
    const text = `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${secret}`;
    return { text, planted: [secret] };
  },
  "our own key": alone(
    (r) => `so_${r.pick(["live", "local", "signin", "session"])}_${r.alnum(12)}_${r.alnum(38)}`,
  ),
};
vital["token url"] = (r) => {
  const secret = r.alnum(32);
  return { text: `https://${secret}@git.example.com/shop.git`, planted: [secret] };
};

/** Token formats of the field. */
export const known: Record<string, Maker> = {
  ...vital,
  gitlab: alone((r) => `glpat-${r.url(20)}`),
  "gitlab routable": alone((r) => `glpat-${r.url(27)}.${r.lower(2)}.${r.lower(7)}`),
  "gitlab runner": alone((r) => `glrt-${r.url(20)}`),
  npm: alone((r) => `npm_${r.alnum(36)}`),
  pypi: alone((r) => `pypi-AgEIcHlwaS5vcmc${r.url(120)}`),
  rubygems: alone((r) => `rubygems_${r.hex(48)}`),
  docker: alone((r) => `dckr_pat_${r.url(27)}`),
  "google api": alone((r) => `AIza${r.url(35)}`),
  "google oauth secret": alone((r) => `GOCSPX-${r.url(28)}`),
  "google oauth token": alone((r) => `ya29.a0${r.url(160)}`),
  "gcp service account": (r) => {
    const lines = Array.from({ length: 4 }, () => r.base64(64));
    const key = `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
    return {
      text: JSON.stringify({ type: "service_account", private_key_id: r.hex(40), private_key: key }),
      planted: lines,
    };
  },
  "azure sas": named("https://shop.blob.core.windows.net/c?sv=2024-11-04&sp=r&sig=", (r) =>
    encodeURIComponent(`${r.base64(43)}=`),
  ),
  "azure client secret": alone((r) => `${r.alnum(3)}8Q~${r.alnum(34)}`),
  "azure devops": alone((r) => `${r.alnum(76)}AZDO${r.alnum(4)}`),
  twilio: alone((r) => `SK${r.hex(32)}`),
  "twilio auth token": named("TWILIO_AUTH_TOKEN=", (r) => r.hex(32)),
  sendgrid: alone((r) => `SG.${r.url(22)}.${r.url(43)}`),
  mailgun: alone((r) => `key-${r.hex(32)}`),
  "mailgun new": alone((r) => `${r.hex(32)}-${r.hex(8)}-${r.hex(8)}`),
  mailchimp: alone((r) => `${r.hex(32)}-us${r.below(22)}`),
  datadog: named("DD_API_KEY=", (r) => r.hex(32)),
  "datadog header": named("dd-application-key: ", (r) => r.hex(40)),
  "new relic user": alone((r) => `NRAK-${r.upper(27)}`),
  "new relic licence": alone((r) => `${r.hex(36)}NRAL`),
  huggingface: alone((r) => `hf_${r.alnum(34)}`),
  telegram: alone((r) => `${r.digits(10)}:AA${r.url(33)}`),
  "telegram url": (r) => {
    const secret = `${r.digits(10)}:AA${r.url(33)}`;
    return { text: `https://api.telegram.org/bot${secret}/sendMessage`, planted: [secret] };
  },
  discord: alone((r) => `M${r.alnum(23)}.${r.alnum(6)}.${r.url(38)}`),
  "discord webhook": (r) => {
    const secret = r.url(68);
    return { text: `https://discord.com/api/webhooks/${r.digits(18)}/${secret}`, planted: [secret] };
  },
  "teams webhook": (r) => {
    const path = `${r.uuid()}@${r.uuid()}/IncomingWebhook/${r.hex(32)}/${r.uuid()}`;
    return { text: `https://shop.webhook.office.com/webhookb2/${path}`, planted: [path] };
  },
  shopify: alone((r) => `shpat_${r.hex(32)}`),
  square: alone((r) => `sq0atp-${r.url(22)}`),
  "square long": alone((r) => `EAAA${r.url(60)}`),
  digitalocean: alone((r) => `dop_v1_${r.hex(64)}`),
  heroku: named("HEROKU_API_KEY=", (r) => r.uuid()),
  "heroku new": alone((r) => `HRKU-AA${r.url(58)}`),
  vault: alone((r) => `hvs.CAESI${r.url(90)}`),
  "vault old": alone((r) => `s.${r.alnum(11)}7${r.alnum(11)}Q`),
  terraform: alone((r) => `${r.alnum(14)}.atlasv1.${r.url(67)}`),
  grafana: alone((r) => `glsa_${r.alnum(32)}_${r.hex(8)}`),
  "grafana cloud": alone((r) => `glc_eyJ${r.base64(80)}`),
  linear: alone((r) => `lin_api_${r.alnum(40)}`),
  notion: alone((r) => `secret_${r.alnum(43)}`),
  "notion new": alone((r) => `ntn_${r.alnum(46)}`),
  postman: alone((r) => `PMAK-${r.hex(24)}-${r.hex(34)}`),
  databricks: alone((r) => `dapi${r.hex(32)}`),
  cloudflare: named("CLOUDFLARE_API_TOKEN=", (r) => r.url(40)),
  "cloudflare origin": alone((r) => `v1.0-${r.hex(24)}-${r.hex(146)}`),
  "bearer header": named("Authorization: Bearer ", (r) => r.url(40)),
  "bearer in words": named("sent with bearer ", (r) => r.url(40)),
  "basic header": named("authorization: Basic ", (r) => Buffer.from(`svc:${r.alnum(12)}`).toString("base64")),
  "token header": named("Authorization: token ", (r) => r.hex(40)),
  "api key header": named("X-Api-Key: ", (r) => r.alnum(32)),
  cookie: named("Cookie: session=", (r) => r.url(40)),
  "set-cookie": named("Set-Cookie: sid=", (r) => r.url(32)),
  password: named("password=", password),
  "yaml password": named("password: ", (r) => r.alnum(12)),
  "json password": (r) => {
    const secret = password(r);
    return { text: JSON.stringify({ user: "bob", db_password: secret }), planted: [secret] };
  },
  "option password": named("mysqldump --password ", (r) => r.alnum(12)),
  "option with equals": named("mysqldump --password=", (r) => r.alnum(12)),
  "sql password": (r) => {
    const secret = r.alnum(12);
    return { text: `CREATE USER app IDENTIFIED BY '${secret}'`, planted: [secret] };
  },
  "client secret": named("client_secret=", (r) => r.url(32)),
  "camel case": named("clientSecret: ", (r) => r.url(32)),
  "access token": named("access_token=", (r) => r.url(40)),
  sentry: alone((r) => `sntrys_eyJ${r.base64(60)}`),
  "sentry dsn": (r) => {
    const secret = r.hex(32);
    return { text: `https://${secret}@o${r.digits(6)}.ingest.sentry.io/${r.digits(7)}`, planted: [secret] };
  },
  atlassian: alone((r) => `ATATT3xFfGF0${r.url(180)}`),
  bitbucket: alone((r) => `ATBB${r.alnum(32)}`),
  artifactory: alone((r) => `AKCp${r.alnum(69)}`),
  circleci: alone((r) => `CCIPAT_${r.alnum(22)}_${r.hex(40)}`),
  supabase: alone((r) => `sbp_${r.hex(40)}`),
  planetscale: alone((r) => `pscale_tkn_${r.url(43)}`),
  pulumi: alone((r) => `pul-${r.hex(40)}`),
  doppler: alone((r) => `dp.pt.${r.alnum(43)}`),
  figma: alone((r) => `figd_${r.url(40)}`),
  airtable: alone((r) => `pat${r.alnum(14)}.${r.hex(64)}`),
  dynatrace: alone((r) => `dt0c01.${r.upper(24)}.${r.upper(64)}`),
  tailscale: alone((r) => `tskey-auth-${r.alnum(17)}-${r.alnum(32)}`),
  groq: alone((r) => `gsk_${r.alnum(52)}`),
  openrouter: alone((r) => `sk-or-v1-${r.hex(64)}`),
  replicate: alone((r) => `r8_${r.alnum(37)}`),
  perplexity: alone((r) => `pplx-${r.alnum(48)}`),
  "webhook secret": alone((r) => `whsec_${r.base64(32)}`),
  alibaba: alone((r) => `LTAI${r.alnum(20)}`),
  "hubspot token": alone((r) => `pat-na1-${r.uuid()}`),
  easypost: alone((r) => `EZAK${r.alnum(54)}`),
  plaid: alone((r) => `access-production-${r.uuid()}`),
  asana: alone((r) => `1/${r.digits(16)}:${r.hex(32)}`),
  onepassword: alone(
    (r) => `A3-${r.upper(6)}-${r.upper(6)}-${r.upper(5)}-${r.upper(5)}-${r.upper(5)}-${r.upper(5)}`,
  ),
};

/** The ways a secret gets into text. */
export const wrappings: Record<string, (planted: Planted) => string> = {
  alone: ({ text }) => text,
  sentence: ({ text }) => `2026-11-20T10:00:00Z ERROR request failed (${text}) after 3 tries`,
  "end of line": ({ text }) => `retrying with ${text}\nnext line of the log`,
  "JSON value": ({ text }) => JSON.stringify({ level: "error", msg: `calling ${text}`, n: 7 }),
  "JSON in JSON": ({ text }) => JSON.stringify({ body: JSON.stringify({ msg: `sent ${text}` }) }),
  "JSON key": ({ text }) => JSON.stringify({ [text]: true }),
  base64: ({ text }) => `payload=${Buffer.from(`{"sent":"${text}"}`).toString("base64")} end`,
  "URL-encoded": ({ text }) => `GET /cb?x=1&state=${encodeURIComponent(text)}&y=2 HTTP/1.1`,
  "JSON escapes": ({ text }) =>
    `{"v":"${[...text]
      .map((c, i) =>
        i % 3 === 0 ? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}` : JSON.stringify(c).slice(1, -1),
      )
      .join("")}"}`,
  stack: ({ text }) =>
    `Error: denied for ${text}\n    at connect (/srv/app/db.js:12:7)\n    at run (/srv/app/i.js:1:1)`,
};
