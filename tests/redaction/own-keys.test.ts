import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { redactText } from "../../shared/redaction/index.ts";
import { mintCredential } from "../../shared/tenancy/credential.ts";

const rule = /^regex = '''(.+)'''$/m.exec(readFileSync(".gitleaks.toml", "utf8"))?.[1] ?? "";

test.each(["live", "local", "signin", "session"] as const)(
  "S-30: a minted %s credential is found by the scanner's rule and masked by us",
  (kind) => {
    const { text } = mintCredential(kind);
    expect(`key=${text};`).toMatch(new RegExp(rule));
    expect(redactText(`sent ${text} to`, "salt").text).toMatch(
      /^sent \[REDACTED:sentinelops-key:[0-9a-f]{4}\] to$/,
    );
  },
);
