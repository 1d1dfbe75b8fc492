import { type Matcher, parseMatchers } from "../platform/labels/matchers.ts";
import { projectMatchers } from "../platform/labels/project.ts";
import type { AlertRuleInput } from "./schemas.ts";

/** Which series a rule looks at: those its matcher lets through, of its own project. Throws Invalid. */
export function matchersOf({ match, project }: Pick<AlertRuleInput, "match" | "project">): Matcher[] {
  return [...parseMatchers(match), ...projectMatchers([project])];
}
