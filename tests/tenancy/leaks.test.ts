import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { makeLog } from "../../shared/platform/log.ts";
import { mintCredential } from "../../shared/tenancy/credential.ts";

const kinds = ["live", "local", "signin", "session"] as const;

describe("S-30: our own credentials", () => {
  const rules = readFileSync(new URL("../../.gitleaks.toml", import.meta.url), "utf8");
  const rule = new RegExp(/regex = '''(.+)'''/.exec(rules)?.[1] ?? "nothing");

  test.each(kinds)("of kind %s are found by the scanner's rule", (kind) => {
    expect(`key: ${mintCredential(kind).text}`).toMatch(rule);
  });

  test.each(kinds)("of kind %s are masked in the log by a mark that tells them apart", (kind) => {
    const lines: string[] = [];
    const { text } = mintCredential(kind);
    const log = makeLog({ function: "test" }, (line) => lines.push(line));

    log.info(`asked with ${text}`, { headers: { authorization: `Bearer ${text}` } });
    log.error("failed", { error: new Error(`no such key ${text}`) });

    const written = lines.join("\n");
    expect(written).not.toContain(text.split("_")[3]);
    expect(written).toMatch(/\[REDACTED:[a-z-]+:[0-9a-f]{4}\]/);
  });
});
