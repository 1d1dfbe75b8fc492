import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import type { AlertRule } from "../../../../shared/alerts/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Page } from "../../components/panel.tsx";
import { Failed, SkeletonBlock, Trouble } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { aggregates, severities } from "../../lib/contract.ts";
import { asProblem } from "../../lib/problem.ts";
import { useMayOperate } from "../../lib/session.ts";
import { oneOf } from "../../lib/url-state.ts";
import { Backtest, useBacktest } from "./backtest.tsx";
import { Decisions } from "./decisions.tsx";
import { draftOf, emptyDraft, type Faults, type RuleDraft, readDraft } from "./rule-draft.ts";
import { RuleForm } from "./rule-form.tsx";
import { describeRule, useRule } from "./rules.ts";

/** At which limit should this fire? A new rule, or one there is. */
export default function RulePage() {
  const { ruleId } = useParams();
  const [params] = useSearchParams();
  const stored = useRule(ruleId);
  if (ruleId === undefined) return <Editor start={draftFrom(params)} />;
  if (stored.isPending)
    return (
      <Page title="Alert rule">
        <SkeletonBlock height={480} />
      </Page>
    );
  if (stored.isError) return <Failed error={stored.error} retry={() => stored.refetch()} />;
  const rule = stored.data;
  if (rule.type !== "threshold") return <OtherRule rule={rule} />;
  const {
    id: _id,
    version: _version,
    createdAt: _created,
    updatedAt: _updated,
    updatedBy: _by,
    ...input
  } = rule;
  return <Editor key={ruleId} start={draftOf(input)} stored={rule} />;
}

/** A rule that this page does not write: what it says and what it decided. */
function OtherRule({ rule }: { rule: AlertRule }) {
  const mayOperate = useMayOperate();
  const [removing, setRemoving] = useState(false);
  return (
    <Page
      title={rule.name}
      back={{ to: "/alerts/rules", label: "Rules" }}
      actions={
        mayOperate && (
          <Button look="danger" icon="trash" onClick={() => setRemoving(true)}>
            Delete
          </Button>
        )
      }
    >
      <p>It fires when {describeRule(rule)}.</p>
      <Decisions of={`/api/alert-rules/${rule.id}/decisions`} title="What this rule decided" />
      {removing && <RemoveRule rule={rule} onClose={() => setRemoving(false)} />}
    </Page>
  );
}

/** A metric explored is a rule half written. */
function draftFrom(params: URLSearchParams): RuleDraft {
  return {
    ...emptyDraft,
    metric: params.get("metric") ?? "",
    match: params.get("match") ?? "{}",
    aggregate: oneOf(params.get("agg"), aggregates) ?? "avg",
    groupBy: (params.get("by") ?? "").split(",").filter(Boolean),
  };
}

function Editor({ start, stored }: { start: RuleDraft; stored?: AlertRule }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayOperate = useMayOperate();
  const [draft, setDraft] = useState(start);
  const [tried, setTried] = useState(false);
  const [removing, setRemoving] = useState(false);
  const read = readDraft(draft);
  const backtest = useBacktest(read.rule);

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
  const thresholds = useMemo(
    () =>
      severities.flatMap((severity) => {
        const text = draft.thresholds[severity].trim();
        const value = Number(text);
        return text === "" || !Number.isFinite(value) ? [] : [{ severity, value }];
      }),
    [draft.thresholds],
  );
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
          <Backtest backtest={backtest} thresholds={thresholds} />
        </div>
      </form>
      {stored && <Decisions of={`/api/alert-rules/${stored.id}/decisions`} title="What this rule decided" />}
      {removing && stored && <RemoveRule rule={stored} onClose={() => setRemoving(false)} />}
    </Page>
  );
}

function RemoveRule({ rule, onClose }: { rule: AlertRule; onClose(): void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.delete(`/api/alert-rules/${rule.id}`),
    onSuccess: () => {
      client.removeQueries({ queryKey: ["rules", rule.id] });
      client.invalidateQueries({ queryKey: ["rules", "list"] });
      navigate("/alerts/rules");
    },
  });
  return (
    <Dialog title="Delete this rule?" onClose={onClose}>
      <div className="stack">
        <p>
          “{rule.name}” stops being evaluated and its firing alerts resolve. What it decided so far stays on
          record.
        </p>
        <Trouble error={remove.error} />
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Delete rule
        </Button>
      </div>
    </Dialog>
  );
}

/** A problem that names a field, as that field's fault; the back-test speaks of `rule.match` where we say `match`. */
function fieldFault(error: unknown): Faults {
  if (!error) return {};
  const { field, message } = asProblem(error);
  return field === undefined ? {} : { [field.replace(/^rule\./, "")]: message };
}
