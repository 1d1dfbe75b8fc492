import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { CodeBlock, CopyButton } from "../../components/copy.tsx";
import { Page } from "../../components/panel.tsx";
import { Await } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { type ApiDocument, type Operation, operationsOf } from "./api-document.ts";
import "./settings.css";
import { SettingsTabs } from "./tabs.tsx";

/** What can be asked of the API, with which level, and in what shape? */
export default function ApiPage() {
  const [sought, setSought] = useState("");
  const document = useQuery({
    queryKey: ["openapi"],
    queryFn: ({ signal }) => api.get<ApiDocument>("/api/openapi.json", {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const operations = document.data ? operationsOf(document.data) : [];
  const found = operations.filter(({ method, path, summary }) =>
    `${method} ${path} ${summary}`.toLowerCase().includes(sought.trim().toLowerCase()),
  );
  return (
    <Page
      title="Settings"
      actions={
        <>
          <CopyButton
            text={`${location.origin}/api/openapi.json`}
            label="the document's address"
            word="Copy address"
          />
          <a className="button" download="sentinelops-openapi.json" href="/api/openapi.json">
            OpenAPI 3.1
          </a>
        </>
      }
    >
      <SettingsTabs />
      <div className="filters">
        <input
          className="input"
          type="search"
          aria-label="Find a route"
          placeholder="find a route"
          value={sought}
          onChange={(event) => setSought(event.target.value)}
        />
      </div>
      <section className="panel" aria-label="Routes">
        <Await of={document}>
          {() =>
            found.map((operation) => (
              <Route key={`${operation.method} ${operation.path}`} operation={operation} />
            ))
          }
        </Await>
      </section>
    </Page>
  );
}

function Route({ operation }: { operation: Operation }) {
  const { method, path, summary, level, shapes } = operation;
  return (
    <details className="api-route">
      <summary>
        <b className="mono">{method}</b>
        <span className="mono">{path}</span>
        <span>{summary}</span>
        <span className="quiet">{level}</span>
      </summary>
      <div className="stack">
        {shapes.map(({ title, text }) => (
          <section key={title}>
            <h3 className="field-label">{title}</h3>
            <CodeBlock text={text} label={title} />
          </section>
        ))}
      </div>
    </details>
  );
}
