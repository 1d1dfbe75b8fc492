import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import type { AlertRule, AlertRuleList } from "../../../../shared/alerts/schemas.ts";
import { ButtonLink } from "../../components/button.tsx";
import { Switch } from "../../components/field.tsx";
import { SeverityMark } from "../../components/marks.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty, LoadMore, Trouble } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { useMayOperate } from "../../lib/session.ts";
import { unitOf, useMetricNames } from "../metrics/metric-names.ts";
import { ProjectWord } from "../settings/project-field.tsx";
import { describeRule, drawnAggregate, inputOf, limitsOf } from "./rules.ts";
import "./alert-row.css";
import { AlertTabs } from "./tabs.tsx";

/** What would tell me, and at which limits? */
export default function RulesPage() {
  const rules = usePages<AlertRuleList>(["rules", "list"], "/api/alert-rules");
  const items = itemsOf(rules.data);
  const newRule = (
    <ButtonLink look="primary" icon="plus" to="/alerts/rules/new">
      New rule
    </ButtonLink>
  );
  return (
    <Page title="Alert rules" actions={newRule}>
      <AlertTabs />
      <section className="panel" aria-label="Rules">
        <Await of={rules}>
          {() =>
            items.length === 0 ? (
              <Empty title="No rule yet" actions={newRule}>
                <p>
                  A rule watches one metric and fires when it crosses a limit for long enough, changes fast,
                  is unlike itself or heads for a limit. While you write it, you see how often it would have
                  fired.
                </p>
              </Empty>
            ) : (
              <>
                {items.map((rule) => (
                  <RuleRow key={rule.id} rule={rule} />
                ))}
                <LoadMore list={rules} />
              </>
            )
          }
        </Await>
      </section>
    </Page>
  );
}

function RuleRow({ rule }: { rule: AlertRule }) {
  const client = useQueryClient();
  const mayOperate = useMayOperate();
  const metric = useMetricNames().data?.find((one) => one.name === rule.metric);
  const unit = unitOf(metric?.unit ?? null, drawnAggregate(rule));
  const toggle = useMutation({
    mutationFn: (enabled: boolean) =>
      api.put<AlertRule>(`/api/alert-rules/${rule.id}`, { ...inputOf(rule), enabled }),
    onSettled: () => client.invalidateQueries({ queryKey: ["rules"] }),
  });
  return (
    <div className={`list-row rule-row${rule.enabled ? "" : " rule-off"}`}>
      <div>
        <Link className="list-title" to={`/alerts/rules/${rule.id}`}>
          {rule.name}
        </Link>
        <p className="list-sub">
          {describeRule(rule, unit)}
          <ProjectWord project={rule.project} />
        </p>
        <Trouble error={toggle.error} />
      </div>
      <div className="rule-limits">
        {limitsOf(rule, unit).map(({ severity, text }) => (
          <span key={severity}>
            <SeverityMark severity={severity} wordless />
            {text}
          </span>
        ))}
        <Link className="small" to={`/alerts?state=all&rule=${rule.id}`}>
          its alerts
        </Link>
      </div>
      {mayOperate ? (
        <Switch
          label={rule.enabled ? "On" : "Off"}
          checked={toggle.isPending ? toggle.variables : rule.enabled}
          onChecked={(on) => toggle.mutate(on)}
        />
      ) : (
        <span className="quiet small">{rule.enabled ? "On" : "Off"}</span>
      )}
    </div>
  );
}
