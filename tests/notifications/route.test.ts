import { describe, expect, test } from "@jest/globals";
import type { IncidentFacts } from "../../shared/notifications/delivery.ts";
import { routeIncident } from "../../shared/notifications/route.ts";
import type { NotificationRoute } from "../../shared/notifications/schemas.ts";
import { aRoute, aSlackChannel, someFacts } from "./builders.ts";

const channel = aSlackChannel();
const verdictOf = (route: Partial<NotificationRoute>, facts: Partial<IncidentFacts> = {}, on = channel) =>
  routeIncident(someFacts(facts), [aRoute({ name: "R", channelIds: [on.id], ...route })], [on])[0];

describe("routing an incident", () => {
  test.each<[string, Partial<NotificationRoute>, Partial<IncidentFacts>]>([
    ["an empty matcher matches all", {}, {}],
    ["labels match", { match: '{env="prod",host=~"a|b"}' }, {}],
    ["severity is a label", { match: '{severity="critical"}' }, { severity: "critical" }],
    ["service is a label", { match: '{service="checkout"}' }, {}],
    ["no service is the empty one", { match: '{service=""}' }, { service: null }],
    ["the severity is high enough", { minSeverity: "warning" }, { severity: "warning" }],
  ])("sends where %s", (_, route, facts) => {
    expect(verdictOf(route, facts)).toMatchObject({ kind: "send", route: { name: "R" } });
  });

  test.each<[Partial<NotificationRoute>, Partial<IncidentFacts>, RegExp]>([
    [{ match: '{env="dev"}' }, {}, /route "R" wants \{env="dev"\}/],
    [{ minSeverity: "critical" }, { severity: "warning" }, /begins at critical, this is warning/],
    [{ enabled: false }, {}, /route "R" is switched off/],
    [{ channelIds: ["chn_other"] }, {}, /No route leads to this channel/],
    [{ match: '{severity="info"}' }, { labels: { severity: "info" } }, /wants/],
  ])("leaves out by %j of %j and says why", (route, facts, why) => {
    const verdict = verdictOf(route, facts);

    expect(verdict?.kind).toBe("leave-out");
    expect(verdict?.reason).toMatch(why);
  });

  test("a channel that is switched off is left out, and so is every channel where no route is", () => {
    expect(verdictOf({}, {}, aSlackChannel({ enabled: false }))).toMatchObject({
      kind: "leave-out",
      reason: "The channel is switched off.",
    });
    expect(routeIncident(someFacts(), [], [channel])[0]?.reason).toMatch(/no route at all/);
  });

  test("two routes to one channel make one message, and either may ask for the answer", () => {
    const first = aRoute({ name: "first", channelIds: [channel.id], notifyOnResolve: false });
    const second = aRoute({ name: "second", channelIds: [channel.id, channel.id] });

    const verdicts = routeIncident(someFacts(), [first, second], [channel]);

    expect(verdicts).toHaveLength(1);
    expect(verdicts[0]).toMatchObject({ kind: "send", route: { name: "first" }, answerOnResolve: true });
  });

  test("the group is the values of its labels, and only with a window", () => {
    const groupBy = ["service", "env", "missing"];

    expect(verdictOf({ groupBy, groupWindowMs: 1 })).toMatchObject({ group: '["checkout","prod",""]' });
    expect(verdictOf({ groupBy })).toMatchObject({ group: null });
  });
});
