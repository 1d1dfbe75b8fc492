import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { whyNotPublic } from "../../../shared/platform/net/address.ts";

describe("the public address check", () => {
  test.each(["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::200e"])(
    "%s is public",
    (a) => {
      expect(whyNotPublic(a)).toBeUndefined();
    },
  );

  test.each([
    ["0.0.0.0", "unspecified"],
    ["0.1.2.3", "this network"],
    ["10.0.0.1", "private"],
    ["100.64.0.1", "carrier-grade NAT"],
    ["100.100.100.200", "a metadata service in carrier-grade NAT"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["168.63.129.16", "a metadata service with a public number"],
    ["169.254.169.254", "the metadata service"],
    ["169.254.170.2", "container credentials"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.0.0.192", "a metadata service in protocol space"],
    ["192.0.2.1", "documentation"],
    ["192.88.99.1", "6to4 relay"],
    ["192.168.1.1", "private"],
    ["198.18.0.1", "benchmark"],
    ["198.51.100.1", "documentation"],
    ["203.0.113.1", "documentation"],
    ["224.0.0.1", "multicast"],
    ["240.0.0.1", "reserved"],
    ["255.255.255.255", "broadcast"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["::7f00:1", "IPv4-compatible"],
    ["::ffff:127.0.0.1", "IPv4-mapped"],
    ["::ffff:8.8.8.8", "IPv4-mapped, public inside"],
    ["::ffff:0:7f00:1", "IPv4-translated"],
    ["64:ff9b::7f00:1", "NAT64"],
    ["64:ff9b:1::a9fe:a9fe", "local NAT64"],
    ["100::1", "discard"],
    ["2001::1", "Teredo"],
    ["2001:2::1", "benchmark"],
    ["2001:db8::1", "documentation"],
    ["2002:7f00:1::", "6to4"],
    ["3fff::1", "documentation"],
    ["4000::1", "not yet given out"],
    ["5f00::1", "segment routing"],
    ["fc00::1", "unique local"],
    ["fd00:ec2::254", "the metadata service over IPv6"],
    ["fe80::1", "link-local"],
    ["fe80::1%eth0", "link-local with a zone"],
    ["fec0::1", "site-local"],
    ["ff02::1", "multicast"],
    ["localhost", "not an address"],
    ["", "nothing"],
  ])("S-15: %s is refused (%s)", (a) => {
    expect(whyNotPublic(a)).toBeDefined();
  });

  test("S-15: no private IPv4 address becomes public by being wrapped in IPv6", () => {
    const inward = fc.oneof(
      fc.tuple(fc.constant(10), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(127), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
    );
    const hex = (high: number, low: number) => (high * 256 + low).toString(16);

    fc.assert(
      fc.property(inward, ([a, b, c, d]) => {
        const tail = `${hex(a, b)}:${hex(c, d)}`;
        const forms = [
          `::ffff:${tail}`,
          `::${tail}`,
          `64:ff9b::${tail}`,
          `2002:${tail}::`,
          `2001:0:${tail}::1`,
        ];
        for (const form of [`${a}.${b}.${c}.${d}`, ...forms]) expect(whyNotPublic(form)).toBeDefined();
      }),
    );
  });
});
