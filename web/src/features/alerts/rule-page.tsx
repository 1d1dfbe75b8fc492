import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import type { AlertRule } from "../../../../shared/alerts/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Page } from "../../components/panel.tsx";
import { Failed, SkeletonBlock, Trouble } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { asProblem } from "../../lib/problem.ts";
import { useMayOperate } from "../../lib/session.ts";
import { useOwnProject } from "../settings/project-field.tsx";
import { Backtest } from "./backtest.tsx";
import { Decisions } from "./decisions.tsx";
import { draftFrom } from "./prefill.ts";
import { RemoveRule } from "./remove-rule.tsx";
import { draftOf, type RuleDraft, readDraft, typedLimits } from "./rule-draft.ts";
import { RuleForm } from "./rule-form.tsx";
import { inputOf, useRule } from "./rules.ts";
import type { Faults } from "./typed-text.ts";
import { useBacktest } from "./use-backtest.ts";

/** When should this fire? A new rule, or one there is. */
export default function RulePage() {
  const { ruleId } = useParams();
  const [params] = useSearchParams();
  const stored = useRule(ruleId);
  const own = useOwnProject();
  if (ruleId === undefined) return <Editor start={draftFrom(params, own)} />;
  if (stored.isPending)
    return (
      <Page title="Alert rule">
        <SkeletonBlock height={480} />
      </Page>
    );
  if (stored.isError) return <Failed error={stored.error} retry={() => stored.refetch()} />;
  return <Editor key={ruleId} start={draftOf(inputOf(stored.data))} stored={stored.data} />;
}

function Editor({ start, stored }: { start: RuleDraft; stored?: AlertRule }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayOperate = useMayOperate();
  const [draft, setDraft] = useState(start);
  const [tried, setTried] = useState(false);
  const [removing, setRemoving] = useState(false);
  const read = readDraft(draft);
  const backtest = useBacktest(read.rule, draft.type);

  const save = useMutation({
    mutationFn: () =>
      stored
        ? api.put<AlertRule>(`/api/alert-rules/${stored.id}`, read.rule, stored.version)
        : api.post<AlertRule>("/api/alert-rules", read.rule),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ["rules"] });
      client.invalidateQueries({ queryKey: ["palette"] });
      navigate("/alerts/rules");
    },
  });
  const faults = {
    ...(tried ? read.faults : {}),
    ...fieldFault(backtest.tried.error),
    ...fieldFault(save.error),
  };
  const limits = useMemo(() => typedLimits(draft), [draft]);
  const submit = () => {
    setTried(true);
    if (read.rule) save.mutate();
  };
  const saveFault = save.error && asProblem(save.error).field === undefined ? save.error : undefined;
  return (
    <Page
      title={stored ? stored.name : "New alert rule"}
      back={{ to: "/alerts/rules", label: "Rules" }}
      actions={
        stored &&
        mayOperate && (
          <Button look="danger" icon="trash" onClick={() => setRemoving(true)}>
            Delete
          </Button>
        )
      }
    >
      <form
        className="rule-edit"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <RuleForm
          draft={draft}
          faults={faults}
          onDraft={(changes) => setDraft((before) => ({ ...before, ...changes }))}
          foot={
            <div className="stack">
              <Trouble error={saveFault} />
              <div className="form-foot">
                <Button type="submit" look="primary" busy={save.isPending} disabled={!mayOperate}>
                  {stored ? "Save changes" : "Create rule"}
                </Button>
                {Object.keys(faults).length > 0 && (
                  <span className="field-error">Some fields need another look.</span>
                )}
                {!mayOperate && <span className="quiet small">Your access is read-only.</span>}
              </div>
            </div>
          }
        />
        <div className="rule-preview stack">
          <Backtest type={draft.type} backtest={backtest} limits={limits} />
        </div>
      </form>
      {stored && <Decisions of={`/api/alert-rules/${stored.id}/decisions`} title="What this rule decided" />}
      {removing && stored && <RemoveRule rule={stored} onClose={() => setRemoving(false)} />}
    </Page>
  );
}

/** A problem that names a field, as that field's fault; the back-test speaks of `rule.match` where we say `match`. */
function fieldFault(error: unknown): Faults {
  if (!error) return {};
  const { field, message } = asProblem(error);
  return field === undefined ? {} : { [field.replace(/^rule\./, "")]: message };
}
