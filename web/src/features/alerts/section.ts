import type { Facet } from "../metrics/label-facets.ts";
import type { RuleDraft } from "./rule-draft.ts";
import type { Faults } from "./typed-text.ts";

/** What each part of the rule form is given. */
export interface SectionProps {
  draft: RuleDraft;
  faults: Faults;
  /** Of the values the rule looks at. */
  unit: string | null;
  facets: readonly Facet[];
  onDraft(changes: Partial<RuleDraft>): void;
}
