import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  type EventBridgeClient,
  StartReplayCommand,
} from "@aws-sdk/client-eventbridge";
import { isoTime, nowMs } from "../../shared/platform/clock.ts";
import type { Archive, ReplayProgress } from "./installation.ts";
import { rulesIn, type StackResource } from "./stack-resources.ts";

/** The bus's archive and EventBridge's own replay from it. */
export async function openArchive(
  client: EventBridgeClient,
  resources: readonly StackResource[],
): Promise<Archive> {
  const name = resources.find(({ type }) => type === "AWS::Events::Archive")?.physicalId;
  if (!name) {
    throw new Error(
      "This installation keeps no archive of its events, so there is nothing to replay. Deploy it anew with the archive on; events from then on can be replayed.",
    );
  }
  const found = await client.send(new DescribeArchiveCommand({ ArchiveName: name }));
  const { ArchiveArn: archiveArn = "", EventSourceArn: busArn = "" } = found;
  return {
    name,
    retentionDays: found.RetentionDays ?? 0,
    ruleArnsOf: (functionName) => rulesIn(resources, functionName).map((rule) => ruleArn(busArn, rule)),

    async start({ fromMs, toMs, ruleArns }) {
      // EventBridge remembers names for 90 days and refuses one it knows.
      const replay = `ops-${isoTime(fromMs)}-${nowMs().toString(36)}`.replaceAll(/[:.]/g, "-");
      await client.send(
        new StartReplayCommand({
          ReplayName: replay,
          Description: "npm run ops -- replay",
          EventSourceArn: archiveArn,
          EventStartTime: new Date(fromMs),
          EventEndTime: new Date(toMs),
          Destination: { Arn: busArn, ...(ruleArns.length > 0 ? { FilterArns: [...ruleArns] } : {}) },
        }),
      );
      return replay;
    },

    async progress(replay): Promise<ReplayProgress> {
      const { State, StateReason, EventLastReplayedTime } = await client.send(
        new DescribeReplayCommand({ ReplayName: replay }),
      );
      return {
        state: stateOf(State),
        ...(EventLastReplayedTime ? { replayedToMs: EventLastReplayedTime.getTime() } : {}),
        ...(StateReason ? { reason: StateReason } : {}),
      };
    },
  };
}

function stateOf(state: string | undefined): ReplayProgress["state"] {
  if (state === "COMPLETED") return "done";
  return state === "STARTING" || state === "RUNNING" ? "running" : "failed";
}

/** CloudFormation names a rule `bus|rule`; its ARN spells the same with slashes. */
function ruleArn(busArn: string, rule: string): string {
  return `${busArn.slice(0, busArn.indexOf(":event-bus/"))}:rule/${rule.replace("|", "/")}`;
}
