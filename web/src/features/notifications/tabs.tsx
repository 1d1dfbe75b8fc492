import { Tabs } from "../../components/panel.tsx";
import { useProjectsInView, useSession } from "../../lib/session.ts";

const tabs = [
  { to: "/notifications", label: "Channels" },
  { to: "/notifications/routes", label: "Routes" },
  { to: "/notifications/deliveries", label: "Deliveries" },
];
const inbox = { to: "/notifications/inbox", label: "Inbox" };

/** The inbox is the laptop's: there, e-mail and SMS do not leave. It holds the messages of every project. */
export function NotificationTabs() {
  const isLocal = useSession().data?.local ?? false;
  const isWhole = useProjectsInView() === null;
  return <Tabs label="Notifications" tabs={isLocal && isWhole ? [...tabs, inbox] : tabs} />;
}
