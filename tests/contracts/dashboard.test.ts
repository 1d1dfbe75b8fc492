import { expect, test } from "@jest/globals";
import { scoreWeights } from "../../shared/analysis/schemas.ts";
import { defaultProject, projectLabel } from "../../shared/platform/labels/project.ts";
import {
  projectLabel as shownLabel,
  defaultProject as shownProject,
  scoreWeights as shownWeights,
} from "../../web/src/lib/contract.ts";

test("the dashboard shows the weights that hypotheses are scored with", () => {
  expect(shownWeights).toEqual(scoreWeights);
});

test("the dashboard names the default project, and the label of projects, as the platform does", () => {
  expect([shownProject, shownLabel]).toEqual([defaultProject, projectLabel]);
});
