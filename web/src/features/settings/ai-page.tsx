import { useQuery } from "@tanstack/react-query";
import type { AiUsage } from "../../../../shared/models/schemas.ts";
import { Segmented } from "../../components/field.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { Await, SkeletonBlock } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { oneOf, useUrlState } from "../../lib/url-state.ts";
import "./ai.css";
import { AiBudget } from "./ai-budget.tsx";
import { AiDays } from "./ai-days.tsx";
import { AiParts } from "./ai-parts.tsx";
import { AiProviders } from "./ai-providers.tsx";
import { AiRecent } from "./ai-recent.tsx";
import { AiSetUp } from "./ai-set-up.tsx";
import "./settings.css";
import { SettingsTabs } from "./tabs.tsx";

const spans = ["7", "30", "90"] as const;
const spanOptions = spans.map((value) => ({ value, label: `${value} d` }));

/** What do models do for us, what does it cost, and do they answer? */
export default function AiPage() {
  const [params, patch] = useUrlState();
  const days = oneOf(params.get("days"), spans) ?? "30";
  const usage = useQuery({
    queryKey: ["ai", "usage", days],
    queryFn: ({ signal }) => api.get<AiUsage>("/api/ai/usage", { days }, signal),
    refetchInterval: 60_000,
  });
  return (
    <Page
      title="Settings"
      actions={
        <Segmented
          label="Time range"
          value={days}
          options={spanOptions}
          onValue={(value) => patch({ days: value })}
        />
      }
    >
      <SettingsTabs />
      <Await of={usage} skeleton={<SkeletonBlock height={420} />}>
        {() => usage.data && <Known usage={usage.data} />}
      </Await>
    </Page>
  );
}

function Known({ usage }: { usage: AiUsage }) {
  const isSetUp = usage.providers.length > 0;
  if (!isSetUp && usage.total.calls === 0) return <AiSetUp />;
  return (
    <div className="stack">
      {!isSetUp && <AiSetUp />}
      <div className="ai-split">
        <Panel title="Use by day">
          <AiDays usage={usage} />
        </Panel>
        <div className="stack">
          <AiBudget budget={usage.budget} />
          {isSetUp && <AiProviders providers={usage.providers} />}
        </div>
      </div>
      <AiParts usage={usage} />
      <AiRecent calls={usage.recent} />
    </div>
  );
}
