import { isIP } from "node:net";
import { whyNotPublic } from "./address.ts";

export type Judgement =
  | { kind: "open"; url: URL; allowListed: boolean }
  /** `why` completes the sentence "The address …" and holds no part of the path. */
  | { kind: "refused"; why: string };

const maxUrlLength = 2_048;
/** Below 1024 only the web's own ports; of the others those that speak something else where they listen. */
const otherProtocolPorts = new Set([
  1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432,
  5672, 5900, 5984, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 8500, 9001, 9092, 9200,
  9300, 10080, 10250, 11211, 27017,
]);

/**
 * What can be told from a URL alone, before any name is looked up: scheme, port, credentials, and hosts that
 * are addresses or names of this very machine. `allow` lists `host:port` (or `host:*`) that may be reached
 * whatever they are, by http too.
 */
export function judgeUrl(text: string, allow: readonly string[]): Judgement {
  if (text.length > maxUrlLength) return refused(`is longer than ${maxUrlLength} characters`);
  if (!URL.canParse(text)) return refused("is not a URL");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return refused(`has the scheme "${url.protocol.slice(0, -1)}"; use https`);
  }
  if (url.username || url.password) return refused("holds a user name or password; leave them out");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (allow.includes(`${url.hostname}:${port}`) || allow.includes(`${url.hostname}:*`)) {
    return { kind: "open", url, allowListed: true };
  }
  if (url.protocol === "http:") return refused("is not encrypted; use https");
  if ((port < 1024 && port !== 80 && port !== 443) || otherProtocolPorts.has(port)) {
    return refused(`has port ${port}, which is not a web port; use 443`);
  }
  if (isInward(url.hostname)) return refused("points into a private or local network; use a public one");
  return { kind: "open", url, allowListed: false };
}

/** `a.example:443, [::1]:*` → its entries; empty where nothing is set. */
export function parseAllowList(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== "");
}

/** The literal address in a URL's host, without the brackets of IPv6; undefined for a name. */
export function literalOf(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(bare) ? bare : undefined;
}

function isInward(hostname: string): boolean {
  const literal = literalOf(hostname);
  if (literal !== undefined) return whyNotPublic(literal) !== undefined;
  return /(^|\.)(localhost|localdomain|local|internal|home\.arpa)\.?$/.test(hostname);
}

function refused(why: string): Judgement {
  return { kind: "refused", why };
}
