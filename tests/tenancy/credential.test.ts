import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  hashFits,
  looksLikeCredential,
  mintCredential,
  parseCredential,
} from "../../shared/tenancy/credential.ts";

describe("credentials", () => {
  test("what was minted is read back, and its hash fits itself alone", () => {
    const one = mintCredential("live");
    const other = mintCredential("live");

    expect(one.text).toMatch(/^so_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}$/);
    expect(parseCredential(one.text)).toEqual({ kind: "live", id: one.id, hash: one.hash });
    expect(hashFits(one.hash, one.hash)).toBe(true);
    expect(hashFits(one.hash, other.hash)).toBe(false);
    expect(hashFits(one.hash, undefined)).toBe(false);
  });

  test("S-28: one changed character anywhere makes it unreadable", () => {
    const { text } = mintCredential("local");
    const position = fc.integer({ min: 0, max: text.length - 1 });
    const character = fc.constantFrom(..."abcXYZ019_-".split(""));
    fc.assert(
      fc.property(position, character, (at, put) => {
        fc.pre(text[at] !== put);
        expect(parseCredential(text.slice(0, at) + put + text.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  test("any other text is no credential", () => {
    fc.assert(fc.property(fc.string(), (text) => parseCredential(text) === undefined));
  });

  test("a cut-off key is still known to be one", () => {
    expect(looksLikeCredential(mintCredential("live").text.slice(0, 20))).toBe(true);
    expect(looksLikeCredential("so_what")).toBe(false);
  });
});
