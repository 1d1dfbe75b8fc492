import type { IconName } from "../components/icon.tsx";

/** The pages, in the order one asks: what is wrong, what moves, what fires, what is handled, who is told, and whether we ourselves are well. */
export const navigation = [
  { to: "/", label: "Overview", short: "Overview", icon: "overview", keys: "g o" },
  { to: "/metrics", label: "Metrics", short: "Metrics", icon: "metrics", keys: "g m" },
  { to: "/alerts", label: "Alerts", short: "Alerts", icon: "alerts", keys: "g a" },
  { to: "/incidents", label: "Incidents", short: "Incidents", icon: "incidents", keys: "g i" },
  { to: "/notifications", label: "Notifications", short: "Notify", icon: "notifications", keys: "g n" },
  { to: "/health", label: "Health", short: "Health", icon: "health", keys: "g h" },
] as const satisfies readonly { to: string; label: string; short: string; icon: IconName; keys: string }[];
