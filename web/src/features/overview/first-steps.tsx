import { Link } from "react-router";
import { CodeBlock } from "../../components/copy.tsx";
import { Icon } from "../../components/icon.tsx";
import { Panel } from "../../components/panel.tsx";

/** How the first telemetry gets here, the first rule is made and the first message goes out. */
export function FirstSteps({ hasMetrics, hasRules }: { hasMetrics: boolean; hasRules: boolean }) {
  const origin = location.origin;
  const otlp = [
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${origin}`,
    "export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
    'export OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer $SENTINELOPS_KEY"',
  ].join("\n");
  const curl = [
    `curl ${origin}/api/ingest/metrics \\`,
    '  -H "Authorization: Bearer $SENTINELOPS_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '[{"name":"shop.orders","value":12,"labels":{"env":"prod"}}]'`,
  ].join("\n");
  return (
    <Panel title="First steps">
      <ol className="steps">
        <li className={hasMetrics ? "step-done" : ""}>
          {hasMetrics && <Icon name="check" size={13} />}
          <h3>Send telemetry</h3>
          {hasMetrics ? (
            <p>Metrics are arriving.</p>
          ) : (
            <>
              <p>
                Point any OpenTelemetry SDK or collector here. The key is the <code>ingestKey</code> in{" "}
                <code>.sentinelops/local.json</code>.
              </p>
              <CodeBlock text={otlp} label="the OpenTelemetry settings" />
              <p>Or send plain JSON:</p>
              <CodeBlock text={curl} label="the curl command" />
            </>
          )}
        </li>
        <li className={hasRules ? "step-done" : ""}>
          {hasRules && <Icon name="check" size={13} />}
          <h3>Say what is wrong</h3>
          <p>
            <Link to="/alerts/rules/new">Make an alert rule</Link>: it shows how often it would have fired on
            what is already stored.
          </p>
        </li>
        <li>
          <h3>Say who is told</h3>
          <p>
            <Link to="/notifications?new=1">Add a channel</Link>: Slack, a webhook, e-mail or SMS, with a test
            message.
          </p>
        </li>
      </ol>
    </Panel>
  );
}
