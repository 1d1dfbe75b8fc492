import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Channel, NotificationRoute, RouteInput } from "../../../../shared/notifications/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField, Switch, TextField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { Trouble } from "../../components/states.tsx";
import { api, segment } from "../../lib/api.ts";
import { formatDuration, parseDuration } from "../../lib/duration.ts";
import { asProblem } from "../../lib/problem.ts";
import { ReachField, useOwnProject } from "../settings/project-field.tsx";
import { useChannels } from "./use-channels.ts";

const severityOptions = [
  { value: "info", label: "info and graver" },
  { value: "warning", label: "warning and graver" },
  { value: "critical", label: "critical only" },
] as const;

interface RouteDraft extends Omit<RouteInput, "groupBy" | "groupWindowMs" | "project"> {
  /** null = the whole tenant. */
  project: string | null;
  groupBy: string;
  groupWindow: string;
}

const newRoute = (project: string | null): RouteDraft => ({
  name: "",
  enabled: true,
  project,
  match: "{}",
  minSeverity: "info",
  channelIds: [],
  groupBy: "",
  groupWindow: "0s",
  notifyOnResolve: true,
});

function draftOfRoute(route: NotificationRoute): RouteDraft {
  const { name, enabled, project, match, minSeverity, channelIds, notifyOnResolve } = route;
  const grouping = { groupBy: route.groupBy.join(", "), groupWindow: formatDuration(route.groupWindowMs) };
  return { name, enabled, project, match, minSeverity, channelIds, notifyOnResolve, ...grouping };
}

/** The channels that a route of this project, or of the whole tenant, may lead to. */
const within = (channels: readonly Channel[], project: string | null) =>
  channels.filter((channel) => channel.project === null || channel.project === project);

/** Which incidents reach which channels: a new answer, or a changed one. */
export function RouteDialog({ route, onClose }: { route?: NotificationRoute; onClose(): void }) {
  const client = useQueryClient();
  const own = useOwnProject();
  const [draft, setDraft] = useState<RouteDraft>(route ? draftOfRoute(route) : newRoute(own));
  const all = useChannels();
  const channels = within(all, draft.project);
  const change = (changes: Partial<RouteDraft>) => setDraft((before) => ({ ...before, ...changes }));
  const windowMs = parseDuration(draft.groupWindow);
  const save = useMutation({
    mutationFn: () => {
      const input: RouteInput = {
        name: draft.name.trim() || "All incidents",
        enabled: draft.enabled,
        project: draft.project,
        match: draft.match.trim() || "{}",
        minSeverity: draft.minSeverity,
        channelIds: draft.channelIds,
        groupBy: draft.groupBy.split(",").flatMap((label) => label.trim() || []),
        groupWindowMs: windowMs ?? 0,
        notifyOnResolve: draft.notifyOnResolve,
      };
      return route
        ? api.put<NotificationRoute>(`/api/notification-routes/${segment(route.id)}`, input)
        : api.post<NotificationRoute>("/api/notification-routes", input);
    },
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ["routes"] });
      onClose();
    },
  });
  const problem = save.error ? asProblem(save.error) : undefined;
  const faultOf = (field: string) => (problem?.field?.startsWith(field) ? problem.message : undefined);
  const isShownInline = ["name", "project", "match", "channelIds", "groupBy", "groupWindowMs"].some(faultOf);
  const toggle = (id: string) =>
    change({
      channelIds: draft.channelIds.includes(id)
        ? draft.channelIds.filter((other) => other !== id)
        : [...draft.channelIds, id],
    });
  const move = (project: string | null) => {
    const stays = new Set(within(all, project).map(({ id }) => id));
    change({ project, channelIds: draft.channelIds.filter((id) => stays.has(id)) });
  };
  return (
    <Dialog title={route ? `Change ${route.name}` : "New route"} onClose={onClose}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (windowMs !== undefined) save.mutate();
        }}
      >
        <TextField
          label="Name"
          placeholder="All incidents"
          error={faultOf("name")}
          value={draft.name}
          onValue={(name) => change({ name })}
        />
        <ReachField
          project={draft.project}
          hint="A project's route takes that project's incidents alone."
          error={faultOf("project")}
          onProject={move}
        />
        <TextField
          label="Only incidents where"
          mono
          placeholder='{team="payments",service=~"checkout.*"}'
          hint="Over the incident's labels, severity and service. Empty takes every incident."
          error={faultOf("match")}
          value={draft.match === "{}" ? "" : draft.match}
          onValue={(match) => change({ match })}
        />
        <SelectField
          label="Severity"
          value={draft.minSeverity}
          options={severityOptions}
          onValue={(minSeverity) => change({ minSeverity })}
        />
        <fieldset className="field">
          <legend className="field-label">Tell</legend>
          <div className="checks">
            {channels.map((channel) => (
              <label key={channel.id} className="check">
                <input
                  type="checkbox"
                  checked={draft.channelIds.includes(channel.id)}
                  onChange={() => toggle(channel.id)}
                />
                <Icon name={channel.kind} />
                {channel.name}
              </label>
            ))}
            {channels.length === 0 && <p className="quiet small">There is no channel yet; make one first.</p>}
          </div>
          {faultOf("channelIds") && (
            <p className="field-error" role="alert">
              {faultOf("channelIds")}
            </p>
          )}
        </fieldset>
        <div className="form-grid">
          <TextField
            label="One message per"
            mono
            placeholder="service, env"
            hint="Labels; empty: one message an incident"
            error={faultOf("groupBy")}
            value={draft.groupBy}
            onValue={(groupBy) => change({ groupBy })}
          />
          <TextField
            label="Gather for"
            hint="At most 1h"
            error={
              windowMs === undefined
                ? `"${draft.groupWindow}" is not a duration; write it like 30s or 5m.`
                : faultOf("groupWindowMs")
            }
            value={draft.groupWindow}
            onValue={(groupWindow) => change({ groupWindow })}
          />
        </div>
        <div className="row wrap">
          <Switch
            label="Also tell when it resolves"
            checked={draft.notifyOnResolve}
            onChecked={(notifyOnResolve) => change({ notifyOnResolve })}
          />
          <Switch label="In use" checked={draft.enabled} onChecked={(enabled) => change({ enabled })} />
        </div>
        <Trouble error={isShownInline ? undefined : problem} />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={save.isPending} disabled={draft.channelIds.length === 0}>
            {route ? "Save changes" : "Create route"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
