import { Tabs } from "../../components/panel.tsx";
import { useMay } from "../../lib/session.ts";

/** The settings a person may see, by the same table that the API refuses by. */
export function SettingsTabs() {
  const isAdmin = useMay("admin");
  const tabs = [
    { to: "/settings", label: "People" },
    { to: "/settings/projects", label: "Projects" },
    ...(isAdmin ? [{ to: "/settings/keys", label: "API keys" }] : []),
    { to: "/settings/limits", label: "Limits" },
    { to: "/settings/ai", label: "AI use" },
    ...(isAdmin ? [{ to: "/settings/audit", label: "Audit" }] : []),
    { to: "/settings/sessions", label: "Your sessions" },
    { to: "/settings/api", label: "API" },
  ];
  return <Tabs label="Settings" tabs={tabs} />;
}
