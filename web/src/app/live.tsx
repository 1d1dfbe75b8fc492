import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { Icon } from "../components/icon.tsx";
import { type LiveEvent, type LiveStatus, RealtimeConnection } from "../lib/realtime.ts";
import { sessionKey } from "../lib/session.ts";
import { makeCacheUpdater } from "./live-cache.ts";
import { useToast } from "./toaster.tsx";

const LiveContext = createContext<LiveStatus>("reconnecting");

/** Keeps what is on screen in step with the platform's events. */
export function LiveProvider({ url, children }: { url: string; children: ReactNode }) {
  const client = useQueryClient();
  const toast = useToast();
  const [status, setStatus] = useState<LiveStatus>("reconnecting");
  const announce = useRef((event: LiveEvent) => {
    const note = newIncident(event);
    if (note) toast(note);
  });

  useEffect(() => {
    const updater = makeCacheUpdater(client);
    const connection = new RealtimeConnection(url, {
      onEvent: (event) => {
        updater.take(event);
        announce.current(event);
      },
      onGap: () => updater.refetchAll(),
      onStatus: (next) => {
        setStatus(next);
        // A stream is cut when what its person may do changes, so a new one asks what that is now.
        if (next === "live") client.invalidateQueries({ queryKey: sessionKey });
      },
    });
    return () => {
      connection.close();
      updater.stop();
    };
  }, [url, client]);

  return <LiveContext value={status}>{children}</LiveContext>;
}

/** Incidents alone interrupt: an alert or an anomaly that is worth it opens one. */
function newIncident({ type, data }: LiveEvent) {
  const { incidentId, title, severity } = data;
  if (type !== "incident.opened.v1" || typeof incidentId !== "string" || typeof title !== "string")
    return undefined;
  if (severity !== "critical" && severity !== "warning" && severity !== "info") return undefined;
  const detail = `New ${severity} incident`;
  return { id: incidentId, severity, text: title, detail, to: `/incidents/${incidentId}` } as const;
}

const words: Record<LiveStatus, { word: string; title: string }> = {
  live: { word: "Live", title: "Connected: changes show within a second." },
  reconnecting: { word: "Reconnecting", title: "The live connection was lost and is being made again." },
  offline: { word: "Offline", title: "This device has no network. What you see is the last that arrived." },
};

export function LiveIndicator() {
  const status = useContext(LiveContext);
  const { word, title } = words[status];
  return (
    <span className={`live live-${status}`} role="status" title={title}>
      {status === "live" ? <span className="live-dot" /> : <Icon name="clock" size={14} />}
      <span>{word}</span>
    </span>
  );
}
