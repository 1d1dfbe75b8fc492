import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { catalog, eventTypes } from "../../events/catalog.ts";
import { Envelope } from "../../events/envelope.ts";
import { compilePattern } from "../../infra/local/bus/pattern.ts";
import { readSamples } from "./read-samples.ts";

type Nested = { [name: string]: Nested | unknown[] };
interface Pattern {
  "detail-type": (string | { prefix: string })[];
  detail?: Nested;
}

const page = readFileSync(new URL("../../docs/use-events.md", import.meta.url), "utf8");
const samples = readSamples();
const patterns = [...page.matchAll(/```json\n([^`]+)```|^\| .+ \| `(\{.+\})` \|$/gm)].map(
  ([, block, cell]) => JSON.parse(block ?? cell ?? "") as Pattern,
);

/** The sample with the values a pattern wants; every field it names has to be there. */
function withWanted(sample: object, wanted: Nested): object {
  const entries = Object.entries(wanted).map(([name, want]) => {
    const value = (sample as Record<string, unknown>)[name];
    expect([name, typeof value]).not.toEqual([name, "undefined"]);
    return [name, Array.isArray(want) ? want[0] : withWanted(value as object, want)];
  });
  return { ...sample, ...Object.fromEntries(entries) };
}

test("the page has patterns to take", () => expect(patterns.length).toBeGreaterThan(4));

test.each(patterns.map((pattern) => [JSON.stringify(pattern), pattern] as const))(
  "%s matches events as the catalog has them",
  (_text, pattern) => {
    const matches = compilePattern(pattern);
    const types = eventTypes.filter((type) =>
      pattern["detail-type"].some((one) =>
        typeof one === "string" ? one === type : type.startsWith(one.prefix),
      ),
    );

    expect(types).not.toEqual([]);
    for (const type of types) {
      const detail = withWanted(samples.get(type) as object, pattern.detail ?? {});
      expect(catalog[type].schema.safeParse(Envelope.parse(detail).data).success).toBe(true);
      expect(matches({ source: "sentinelops.test", "detail-type": type, detail })).toBe(true);
    }
  },
);
