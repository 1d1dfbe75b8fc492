import { expect, test } from "@jest/globals";
import { scoreWeights } from "../../shared/analysis/schemas.ts";
import { scoreWeights as shownWeights } from "../../web/src/lib/contract.ts";

test("the dashboard shows the weights that hypotheses are scored with", () => {
  expect(shownWeights).toEqual(scoreWeights);
});
