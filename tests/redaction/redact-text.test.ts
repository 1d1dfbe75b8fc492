import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { redactText, searches } from "../../shared/redaction/index.ts";
import { cleanLine } from "./clean-lines.ts";
import { leaks } from "./leaks.ts";
import { known, vital, wrappings } from "./secrets.ts";
import { Seeded } from "./seeded.ts";

const mask = (text: string, salt = "salt") => redactText(text, salt).text;
const roundsPerFormat = 6;

/** The share of planted secrets that could not be read any more, and what slipped through. */
function recall(formats: typeof known, wrap: (typeof wrappings)[string], seed: number) {
  const r = new Seeded(seed);
  const missed: string[] = [];
  let tried = 0;
  for (const [name, make] of Object.entries(formats)) {
    for (let i = 0; i < roundsPerFormat; i++) {
      const planted = make(r);
      tried++;
      if (leaks(mask(wrap(planted)), planted.planted)) missed.push(name);
    }
  }
  return { share: 1 - missed.length / tried, missed };
}

describe("redacting a text", () => {
  test.each(Object.keys(wrappings))("S-55, S-57: vital secrets never survive: %s", (name) => {
    const wrap = wrappings[name] as (typeof wrappings)[string];
    expect(recall(vital, wrap, 1).missed).toEqual([]);
  });

  test.each(Object.keys(wrappings))("S-55, S-57: 99 %% of known token formats are masked: %s", (name) => {
    const wrap = wrappings[name] as (typeof wrappings)[string];
    expect(recall(known, wrap, 2).share).toBeGreaterThanOrEqual(0.99);
  });

  test("S-56: at most 0.5 % of clean lines lose anything", () => {
    const r = new Seeded(3);
    const lines = Array.from({ length: 4_000 }, () => cleanLine(r));
    const spoilt = lines.filter((line) => mask(line) !== line);
    expect(spoilt.length / lines.length).toBeLessThanOrEqual(0.005);
  });

  test.each<[string, (r: Seeded) => string]>([
    ["UUIDs", (r) => r.uuid()],
    ["git SHAs", (r) => r.hex(40)],
    ["short git SHAs", (r) => r.hex(7 + r.below(6))],
    ["trace ids", (r) => r.hex(32)],
    ["span ids", (r) => r.hex(16)],
    ["traceparents", (r) => `00-${r.hex(32)}-${r.hex(16)}-01`],
    ["ARNs", (r) => `arn:aws:lambda:eu-west-1:${r.digits(12)}:function:${r.lower(20)}:${r.digits(2)}`],
    ["role ARNs", (r) => `arn:aws:iam::${r.digits(12)}:role/service-role/Checkout-${r.alnum(12)}`],
    ["container digests", (r) => `sha256:${r.hex(64)}`],
    ["container ids", (r) => r.hex(64)],
    ["ULIDs", (r) => `01${r.of("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)}`],
  ])("S-56: not one of %s is taken for a secret, whatever it is called", (_, make) => {
    const r = new Seeded(4);
    for (let i = 0; i < 400; i++) {
      const id = make(r);
      const lines = [
        id,
        `id=${id}`,
        `{"traceId":"${id}","spanKey":"${id}"}`,
        `commit ${id} of key: ${id}.`,
        `/a/${id}/b`,
      ];
      for (const line of lines) expect(mask(line)).toBe(line);
    }
  });

  test.each<[string, string, string]>([
    ["an e-mail address", "mail from jane.doe+x@shop.example.org bounced", "jane.doe"],
    ["an international phone number", "call +49 170 1234567 now", "1234567"],
    ["a phone number before another number", "call +49 170 9998877 4000 times", "9998877"],
    ["a North American phone number", "call (415) 555-2671 or", "555-2671"],
    ["a card number", "card 4111 1111 1111 1111 declined", "4111"],
    ["a card number without spaces", "card=5555555555554444;", "5555555555554444"],
    ["an account number", "paid to DE89 3704 0044 0532 0130 00.", "3704"],
    ["a phone number by its name", '{"phoneNumber":"0170 1234567"}', "1234567"],
  ])("%s is masked", (_, text, personal) => {
    expect(mask(text)).not.toContain(personal);
    expect(redactText(text, "salt", searches.ownWords).text).toBe(text);
  });

  test("addresses of machines stay for storage and go before a model", () => {
    const text = "10.1.2.3:443 → 2001:db8::7 timed out";
    expect(mask(text)).toBe(text);
    const { counts, text: masked } = redactText(text, "salt", searches.model);
    expect(counts).toEqual({ ip: 2 });
    expect(masked).toMatch(/^\[REDACTED:ip:[0-9a-f]{4}\]:443 → \[REDACTED:ip:[0-9a-f]{4}\] timed out$/);
  });

  test.each([
    ["a number that fails its checksum", "order 4111111111111112, DE89370400440532013001"],
    ["a version after an @", "lodash@4.17.21, user@1000.service, git@github.com:shop/cart.git"],
    [
      "words about secrets",
      "password incorrect; token expired; password: link sent to you; Bearer token missing",
    ],
    ["settings about secrets", "max_tokens=4096 password_min_length=12 token: 30s next_token=ab12cd34ef56"],
    [
      "variables in the place of secrets",
      `password=\${DB_PASSWORD} apiKey="<your key>" secret=**** pwd=$PWD`,
    ],
    [
      "a user without a password in an address",
      "ssh://git@host/x https://host:8080/@scope/pkg postgres://app@db/shop",
    ],
  ])("S-56: %s stays", (_, text) => {
    expect(mask(text)).toBe(text);
  });

  test("S-58: the mark tells the kind, is the same for the same secret, and another for another tenant", () => {
    const r = new Seeded(5);
    const key = `AKIA${r.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}`;
    const marks = [
      key,
      `key ${key}!`,
      Buffer.from(`the key is ${key}`).toString("base64"),
      `%22${key}%22`,
    ].map((text) => /\[REDACTED:aws-key:[0-9a-f]{4}\]/.exec(mask(text))?.[0]);
    expect(new Set(marks).size).toBe(1);
    const others = Array.from({ length: 20 }, (_, i) => mask(key, `tenant ${i}`));
    expect(new Set(others).size).toBeGreaterThan(15);
    expect(redactText(`${key} ${key}`, "salt").counts).toEqual({ "aws-key": 2 });
  });

  test("what stands around a secret stays", () => {
    const r = new Seeded(6);
    const password = r.alnum(12);
    expect(mask(`postgres://app:${password}@db.internal:5432/shop?sslmode=require`)).toMatch(
      /^postgres:\/\/app:\[REDACTED:url-password:[0-9a-f]{4}\]@db\.internal:5432\/shop\?sslmode=require$/,
    );
  });

  test("masking a masked text changes nothing", () => {
    const r = new Seeded(7);
    for (const make of Object.values(known)) {
      for (const wrap of Object.values(wrappings)) {
        const once = mask(wrap(make(r)));
        expect(mask(once, "another salt")).toBe(once);
      }
    }
  });

  test("a line of JSON is a line of JSON afterwards", () => {
    const r = new Seeded(8);
    for (const make of Object.values(known)) {
      const { text } = make(r);
      const line = JSON.stringify({
        at: 1,
        [text]: text,
        deep: [JSON.stringify({ text })],
        cookie: `a=1; ${text}`,
      });
      expect(() => JSON.parse(mask(line))).not.toThrow();
    }
  });

  test("hostile text is masked without failing, and twice as once", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        "password=",
        "://",
        "@",
        "eyJ",
        "\\u0041",
        "%41",
        "-----BEGIN ",
        "-----",
        "[REDACTED:",
        "sk-",
        '"',
        "\\",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const once = mask(pieces.join(""));
        expect(typeof once).toBe("string");
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    "-",
    "/",
    "\\",
    "password=",
    "token:",
    "eyJ-",
    "a@",
    "sk-",
    "-----BEGIN X-----",
    "pat-na1-",
    "://a:",
    "password='",
  ])("S-58: time grows no faster than the text: %s repeated", (piece) => {
    const cpuMs = (length: number) => {
      const text = piece.repeat(length / piece.length);
      const before = process.cpuUsage();
      mask(text);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    cpuMs(100_000);
    expect(cpuMs(1_000_000)).toBeLessThan(1_500);
  });
});
