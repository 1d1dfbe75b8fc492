import { describe, expect, test } from "@jest/globals";
import { judgeUrl, parseAllowList } from "../../../shared/platform/net/judge-url.ts";
import { inwardUrls } from "./inward-urls.ts";

describe("judging a URL", () => {
  test.each([
    "https://hooks.slack.com/services/T0/B0/x",
    "https://example.com:8443/hook",
    "https://93.184.216.34/",
    "https://[2606:4700::1111]/",
  ])("%s is open", (url) => {
    expect(judgeUrl(url, []).kind).toBe("open");
  });

  test.each(inwardUrls)("S-15: %s is refused from its text alone", (url) => {
    expect(judgeUrl(url, []).kind).toBe("refused");
  });

  test.each([
    ["file:///etc/passwd", /scheme "file"/],
    ["gopher://example.com/", /scheme "gopher"/],
    ["ftp://example.com/", /scheme "ftp"/],
    ["data:text/plain,hi", /scheme "data"/],
    ["unix:/var/run/docker.sock", /scheme "unix"/],
    ["javascript:alert(1)", /scheme "javascript"/],
    ["https://example.com:22/", /port 22/],
    ["https://example.com:25/", /port 25/],
    ["https://example.com:6379/", /port 6379/],
    ["https://example.com:9001/", /port 9001/],
    ["https://example.com:111/", /port 111/],
    ["http://example.com/", /not encrypted/],
    ["https://user:pass@example.com/", /user name or password/],
    [`https://example.com/${"a".repeat(2_050)}`, /longer than/],
    ["//example.com", /not a URL/],
  ])("S-19: %s is refused and says why", (url, why) => {
    const judged = judgeUrl(url, []);

    expect(judged.kind === "refused" && judged.why).toMatch(why);
  });

  test("what the allow-list names is open, by http too; its neighbours are not", () => {
    const allow = parseAllowList(" 127.0.0.1:4000, [::1]:*,LOCALHOST:80 ,");

    expect(allow).toEqual(["127.0.0.1:4000", "[::1]:*", "localhost:80"]);
    expect(judgeUrl("http://127.0.0.1:4000/x", allow).kind).toBe("open");
    expect(judgeUrl("http://[::1]:9001/x", allow).kind).toBe("open");
    expect(judgeUrl("http://localhost/", allow).kind).toBe("open");
    expect(judgeUrl("http://127.0.0.1:4001/x", allow).kind).toBe("refused");
    expect(judgeUrl("file://127.0.0.1:4000/x", allow).kind).toBe("refused");
  });
});
