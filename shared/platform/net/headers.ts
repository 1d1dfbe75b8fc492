/** Names that frame the message or speak for the platform it runs on; nobody's configuration may set them. */
const reserved = new Set([
  "connection",
  "content-length",
  "expect",
  "forwarded",
  "host",
  "http2-settings",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const reservedPrefixes = ["proxy-", "x-amz", "x-forwarded-"];
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
/** Visible ASCII, space and tab (RFC 9110, section 5.5, without the obsolete bytes). */
const fieldValue = /^[\t\x20-\x7e]{0,4096}$/;
const credentials = new Set(["authorization", "cookie", "proxy-authorization"]);

/** Why a header may not be sent, or undefined where it may. */
export function whyHeaderRefused(name: string, value: string): string | undefined {
  const lower = name.toLowerCase();
  if (!token.test(name)) return "a header name is not a token";
  if (reserved.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix))) {
    return `the header ${lower} is not yours to set`;
  }
  if (!fieldValue.test(value)) return `the header ${lower} holds a line break or another control character`;
  return undefined;
}

/** What may follow a redirect to another origin: everything but credentials. */
export function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !credentials.has(name.toLowerCase())));
}
