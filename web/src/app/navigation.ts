import type { IconName } from "../components/icon.tsx";

/** The pages, in the order one asks: what is wrong, what moves, fires, is unusual and handled, whom it hits, who is told, and how we are ourselves. */
export const navigation = [
  { to: "/", label: "Overview", short: "Overview", icon: "overview", keys: "g o" },
  { to: "/metrics", label: "Metrics", short: "Metrics", icon: "metrics", keys: "g m" },
  { to: "/alerts", label: "Alerts", short: "Alerts", icon: "alerts", keys: "g a" },
  { to: "/anomalies", label: "Anomalies", short: "Unusual", icon: "anomalies", keys: "g u" },
  { to: "/incidents", label: "Incidents", short: "Incidents", icon: "incidents", keys: "g i" },
  { to: "/services", label: "Services", short: "Services", icon: "services", keys: "g s" },
  { to: "/notifications", label: "Notifications", short: "Notify", icon: "notifications", keys: "g n" },
  { to: "/health", label: "Health", short: "Health", icon: "health", keys: "g h" },
  { to: "/settings", label: "Settings", short: "Settings", icon: "settings", keys: "g t" },
] as const satisfies readonly { to: string; label: string; short: string; icon: IconName; keys: string }[];
