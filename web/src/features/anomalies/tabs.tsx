import { Tabs } from "../../components/panel.tsx";

const tabs = [
  { to: "/anomalies", label: "Anomalies" },
  { to: "/anomalies/services", label: "Services" },
  { to: "/anomalies/detectors", label: "Detectors" },
];

export function AnomalyTabs() {
  return <Tabs label="Anomalies" tabs={tabs} />;
}
