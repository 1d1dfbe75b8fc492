import { expect, test } from "@jest/globals";
import { scoreWeights } from "../../shared/analysis/schemas.ts";
import { defaultProject } from "../../shared/tenancy/schemas.ts";
import { defaultProject as shownProject, scoreWeights as shownWeights } from "../../web/src/lib/contract.ts";

test("the dashboard shows the weights that hypotheses are scored with", () => {
  expect(shownWeights).toEqual(scoreWeights);
});

test("the dashboard names the default project as the platform does", () => {
  expect(shownProject).toBe(defaultProject);
});
