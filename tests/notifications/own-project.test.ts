import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { occasionOf } from "../../shared/notifications/occasion.ts";
import { routeIncident } from "../../shared/notifications/route.ts";
import { NotificationRoute } from "../../shared/notifications/schemas.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import {
  aRoute,
  aSlackChannel,
  escalated,
  makeStage,
  noonMs,
  opened,
  resolved,
  type Stage,
  someFacts,
} from "./builders.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable(() => noonMs);
});
afterAll(() => db.stop());

const ofIncident = { project: "checkout" };
const verdictOf = (route: string | null, channel: string | null, incident = "checkout") => {
  const on = aSlackChannel({ project: channel });
  const leading = aRoute({ name: "Theirs", project: route, channelIds: [on.id] });
  return routeIncident(someFacts({ project: incident }), [leading], [on])[0];
};

describe("a route or a channel of a project", () => {
  test.each<[route: string | null, channel: string | null]>([
    [null, null],
    ["checkout", null],
    ["checkout", "checkout"],
    [null, "checkout"],
  ])("of %s to one of %s takes the project's own incident", (route, channel) => {
    expect(verdictOf(route, channel)?.kind).toBe("send");
  });

  test.each<[route: string | null, channel: string | null, why: RegExp]>([
    ["checkout", null, /other projects' routes take nothing of search/],
    [null, "checkout", /The channel is of project checkout, the incident of search/],
    ["search", "checkout", /The channel is of project checkout, the incident of search/],
  ])("of %s to one of %s takes no other's incident, and says why", (route, channel, why) => {
    const verdict = verdictOf(route, channel, "search");

    expect(verdict?.kind).toBe("leave-out");
    expect(verdict?.reason).toMatch(why);
  });

  test("no reason names another project's route, or what it matches", () => {
    const on = aSlackChannel();
    const routes = ["A", "B"].map((name) =>
      aRoute({ name, project: "checkout", match: '{card="x"}', channelIds: [on.id] }),
    );

    const [verdict] = routeIncident(someFacts({ project: "search" }), routes, [on]);

    expect(verdict?.reason).toBe(
      "No route to this channel matches: other projects' routes take nothing of search.",
    );
  });

  test("the reason says whose route it was that led there", () => {
    expect(verdictOf("checkout", null)?.reason).toMatch(/^Route "Theirs" of project checkout matches/);
  });
});

describe("messages and projects", () => {
  const told = (stage: Stage) => stage.sent.map(({ message }) => message.kind);
  const reasons = async (stage: Stage) =>
    (await stage.deliveries()).filter(({ state }) => state === "suppressed").map(({ reason }) => reason);
  const give = async (stage: Stage, id: string, project: string | null) => {
    const channel = await stage.deps.channels.get(stage.tenantId, id);
    await stage.deps.channels.replace(stage.tenantId, { ...channel, project, version: channel.version + 1 });
  };

  test("a channel that became another project's hears of no escalation or end of what it was told", async () => {
    const stage = makeStage(db.table);
    const channel = aSlackChannel();
    await stage.have([channel]);
    await stage.dispatch(opened(ofIncident));
    await stage.run();

    await give(stage, channel.id, "search");
    await stage.dispatch(escalated("critical", ofIncident));
    await stage.dispatch(resolved(ofIncident));
    await stage.run();

    expect(told(stage)).toEqual(["incident.opened"]);
    expect(await reasons(stage)).toEqual(
      Array(2).fill("The channel is of project search, the incident of checkout."),
    );
  });

  test("a message that waits when its channel becomes another project's never leaves", async () => {
    const stage = makeStage(db.table);
    const channel = aSlackChannel();
    await stage.have([channel]);

    await stage.dispatch(opened(ofIncident));
    await give(stage, channel.id, "search");
    await stage.run();

    expect(told(stage)).toEqual([]);
    expect(await reasons(stage)).toEqual([expect.stringMatching(/became project search's before/)]);
  });

  test("a digest that waits counts nothing that its channel may hear no more", async () => {
    const stage = makeStage(db.table);
    const channel = aSlackChannel();
    const grouped = { channelIds: [channel.id], groupBy: ["service"], groupWindowMs: 300_000 };
    await stage.have([channel], [aRoute(grouped)]);
    for (const [incidentId, project] of [
      ["inc_1", "search"],
      ["inc_2", "search"],
      ["inc_3", "checkout"],
    ] as const) {
      await stage.dispatch(opened({ incidentId, project, title: `of ${project}` }));
    }

    await give(stage, channel.id, "search");
    await stage.run();

    expect(told(stage)).toEqual(["incident.opened", "digest"]);
    expect(stage.sent[1]?.message.body).toMatchObject({ lines: [{ title: "of search" }] });
  });

  test("a delivery is its incident's project's; one that names two projects, or counts several, is neither's", async () => {
    const stage = makeStage(db.table);
    await stage.have([
      aSlackChannel({ name: "all" }),
      aSlackChannel({ name: "own", ...ofIncident }),
      aSlackChannel({ name: "other", project: "search" }),
    ]);

    await stage.dispatch(opened(ofIncident));

    const seen = (await stage.deliveries()).map(({ channelName, project }) => [channelName, project]);
    expect(Object.fromEntries(seen)).toEqual({ all: "checkout", own: "checkout", other: null });
  });

  test("an incident's event without a project, and what was stored before there were any, still count", async () => {
    const { project: _, ...facts } = someFacts();
    const occasion = occasionOf({
      type: "incident.opened.v1",
      time: "2026-11-20T12:00:00.000Z",
      data: { ...facts, firingCount: 1, correlationKey: "k", reason: "r" },
    });
    if (!occasion) throw new Error("nothing came of the event");
    const stage = makeStage(db.table);
    const channel = aSlackChannel();
    const { project: _1, ...before } = channel;
    const { project: _2, ...route } = aRoute({ channelIds: [channel.id] });
    await stage.deps.channels.create(stage.tenantId, before as typeof channel);
    await stage.deps.routes.create(stage.tenantId, route as NotificationRoute);

    await stage.dispatch(occasion);
    await stage.run();

    expect(occasion.facts.project).toBe("default");
    expect((await stage.deps.channels.get(stage.tenantId, channel.id)).project).toBeNull();
    expect(NotificationRoute.parse(route).project).toBeNull();
    expect(told(stage)).toEqual(["incident.opened"]);
  });
});
