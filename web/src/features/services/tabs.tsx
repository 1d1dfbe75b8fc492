import { Tabs } from "../../components/panel.tsx";

const tabs = [
  { to: "/services", label: "Services" },
  { to: "/services/deployments", label: "Deployments" },
];

export function ServiceTabs() {
  return <Tabs label="Services" tabs={tabs} />;
}
