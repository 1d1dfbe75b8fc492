import ipaddr from "ipaddr.js";

/** Public by their number, yet answered by the cloud's own metadata service. */
const metadataHosts = ["168.63.129.16"];
/** The only IPv6 space that is routed on the public internet (RFC 4291, section 2.4). */
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("2000::"), 3];

/**
 * Why no request of ours may go to this IP address; undefined for an address of the public internet.
 * Addresses that wrap another one (IPv4-mapped, IPv4-compatible, NAT64, 6to4, Teredo) are refused whole:
 * what is public has a plain address too.
 */
export function whyNotPublic(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return `"${address}" is not an IP address`;
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== "unicast") return `${address} is ${range} space`;
  if (parsed.kind() === "ipv6" && !(parsed as ipaddr.IPv6).match(globalUnicast)) {
    return `${address} is outside the public IPv6 space`;
  }
  if (metadataHosts.includes(parsed.toString())) return `${address} is a cloud metadata service`;
  return undefined;
}
