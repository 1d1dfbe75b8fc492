import { Tabs } from "../../components/panel.tsx";

const tabs = [
  { to: "/alerts", label: "Alerts" },
  { to: "/alerts/rules", label: "Rules" },
];

export function AlertTabs() {
  return <Tabs label="Alerts" tabs={tabs} />;
}
