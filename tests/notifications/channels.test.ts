import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createChannel } from "../../shared/notifications/create-channel.ts";
import { createRoute, maxRoutes } from "../../shared/notifications/create-route.ts";
import { removeChannel } from "../../shared/notifications/remove-channel.ts";
import { ChannelInput, RouteInput } from "../../shared/notifications/schemas.ts";
import { testChannel } from "../../shared/notifications/test-channel.ts";
import { updateChannel } from "../../shared/notifications/update-channel.ts";
import { removeRoute, updateRoute } from "../../shared/notifications/update-route.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { makeStage, noonMs, type Stage } from "./builders.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable(() => noonMs);
});
afterAll(() => db.stop());

const slackUrl = "https://hooks.slack.com/services/T0123/B0/secretpart";
const slack = ChannelInput.parse({ kind: "slack", name: "On call", webhookUrl: slackUrl });
const hook = ChannelInput.parse({
  kind: "webhook",
  name: "Hook",
  url: "https://example.com/in?key=secretpart",
});
const mail = ChannelInput.parse({ kind: "email", name: "Mail", address: "ada@example.com" });

function depsOf(stage: Stage, confirmed = true) {
  const subscribed: string[] = [];
  const subscribeEmail = async (address: string) => {
    subscribed.push(address);
    return { confirmed };
  };
  return { ...stage.deps, allow: [] as string[], maxChannels: 100, subscribeEmail, subscribed };
}

describe("a channel", () => {
  test("the first one brings a route for all incidents, the second does not", async () => {
    const stage = makeStage(db.table);
    const deps = depsOf(stage);

    const first = await createChannel(stage.ctx(), slack, deps);
    const second = await createChannel(stage.ctx(), hook, deps);

    const routes = await deps.routes.all(stage.tenantId);
    expect(routes).toMatchObject([
      { id: first.defaultRouteId, name: "All incidents", channelIds: [first.id] },
    ]);
    expect(second.defaultRouteId).toBeUndefined();
  });

  test("two first channels at once make one default route", async () => {
    const stage = makeStage(db.table);

    await Promise.all([slack, hook].map((input) => createChannel(stage.ctx(), input, depsOf(stage))));

    expect(await stage.deps.routes.all(stage.tenantId)).toHaveLength(1);
  });

  test("S-08: its secret is shown when it is made, and never again", async () => {
    const stage = makeStage(db.table);
    const made = await createChannel(stage.ctx(), hook, depsOf(stage));
    const own = `whsec_${Buffer.alloc(24, 3).toString("base64")}`;
    const update = { kind: "webhook", name: "Hook", enabled: true, secret: own } as const;

    const changed = await updateChannel(stage.ctx(), made.id, update, depsOf(stage));

    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify({ ...made, secret: "" })).not.toMatch(/secretpart|whsec_/);
    expect(JSON.stringify(changed)).not.toMatch(/secretpart|whsec_/);
    expect(made.target).toBe("example.com/***");
    const shown = await createChannel(stage.ctx(), slack, depsOf(stage));
    expect(shown.target).toBe("hooks.slack.com/services/T0…/***");
    expect(JSON.stringify(shown)).not.toContain("secretpart");
  });

  test("keeps where it goes when a change leaves it out, and is untested when it moves", async () => {
    const stage = makeStage(db.table);
    const deps = depsOf(stage);
    const { id } = await createChannel(stage.ctx(), slack, deps);
    const working = {
      ...(await deps.channels.get(stage.tenantId, id)),
      status: "working" as const,
      version: 2,
    };
    await deps.channels.replace(stage.tenantId, working);

    const kept = await updateChannel(stage.ctx(), id, { kind: "slack", name: "N", enabled: false }, deps);
    const stored = await deps.channels.get(stage.tenantId, id);
    const webhookUrl = "https://hooks.slack.com/services/T9/B9/other";
    const moved = await updateChannel(
      stage.ctx(),
      id,
      { kind: "slack", name: "N", enabled: true, webhookUrl },
      deps,
    );

    expect(kept).toMatchObject({ version: 3, name: "N", enabled: false, status: "working" });
    expect(stored).toMatchObject({ webhookUrl: slackUrl });
    expect(moved).toMatchObject({
      version: 4,
      status: "untested",
      target: "hooks.slack.com/services/T9…/***",
    });
  });

  test("does not change its kind", async () => {
    const stage = makeStage(db.table);
    const { id } = await createChannel(stage.ctx(), slack, depsOf(stage));

    await expect(updateChannel(stage.ctx(), id, { ...mail }, depsOf(stage))).rejects.toThrow(/kind "slack"/);
  });

  test("an e-mail address is subscribed, and waits for its owner", async () => {
    const stage = makeStage(db.table);
    const waiting = depsOf(stage, false);

    const made = await createChannel(stage.ctx(), mail, waiting);
    await testChannel(stage.ctx(), made.id, depsOf(stage, true));

    expect(waiting.subscribed).toEqual(["ada@example.com"]);
    expect(made).toMatchObject({
      status: "untested",
      statusReason: expect.stringMatching(/follow the link/),
    });
    expect(await stage.deps.channels.get(stage.tenantId, made.id)).toMatchObject({
      confirmed: true,
      statusReason: null,
    });
  });

  test("removing it takes it out of its routes, and a route that led nowhere else goes too", async () => {
    const stage = makeStage(db.table);
    const deps = depsOf(stage);
    const first = await createChannel(stage.ctx(), slack, deps);
    const second = await createChannel(stage.ctx(), hook, deps);
    const both = RouteInput.parse({ name: "Both", channelIds: [first.id, second.id] });
    await createRoute(stage.ctx(), both, deps);

    await removeChannel(stage.ctx(), first.id, deps);

    expect(await deps.routes.all(stage.tenantId)).toMatchObject([{ name: "Both", channelIds: [second.id] }]);
    await expect(deps.channels.get(stage.tenantId, first.id)).rejects.toMatchObject({ status: 404 });
  });

  test("S-09: there are at most as many as the quota says, and one default route, however many are made at once", async () => {
    const stage = makeStage(db.table);
    const deps = { ...depsOf(stage), maxChannels: 2 };

    const made = await Promise.allSettled(
      Array.from({ length: 6 }, () => createChannel(stage.ctx(), hook, deps)),
    );

    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(made.find(({ status }) => status === "rejected")).toMatchObject({ reason: { status: 409 } });
    expect(await deps.channels.all(stage.tenantId)).toHaveLength(2);
    expect(await deps.routes.all(stage.tenantId)).toHaveLength(1);
  });

  test("S-09: of many routes made at once no more stand than there may be", async () => {
    const stage = makeStage(db.table);
    const deps = depsOf(stage);
    const { id } = await createChannel(stage.ctx(), hook, deps);
    const make = (i: number) =>
      createRoute(stage.ctx(), RouteInput.parse({ name: `Route ${i}`, channelIds: [id] }), deps);
    for (let i = 0; i < maxRoutes - 3; i++) await make(i);

    const made = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(make));

    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await deps.routes.all(stage.tenantId)).toHaveLength(maxRoutes);
  });

  test("test messages end at the channel's twenty a minute, with the time to come back", async () => {
    const stage = makeStage(db.table);
    const deps = depsOf(stage);
    const { id } = await createChannel(stage.ctx(), slack, deps);
    stage.setTime(noonMs + 20_000);
    for (let i = 0; i < 20; i++) await testChannel(stage.ctx(), id, deps);

    await expect(testChannel(stage.ctx(), id, deps)).rejects.toMatchObject({ status: 429, retryAfterS: 40 });
  });
});

describe("S-01: another tenant's things", () => {
  test("are not found by any verb, and stay as they are", async () => {
    const [ours, theirs] = [makeStage(db.table), makeStage(db.table)];
    const channel = await createChannel(theirs.ctx(), slack, depsOf(theirs));
    const routeId = channel.defaultRouteId ?? "";
    const before = [
      await theirs.deps.channels.all(theirs.tenantId),
      await theirs.deps.routes.all(theirs.tenantId),
    ];
    const deps = depsOf(ours);
    const ctx = ours.ctx();
    const update = { kind: "slack", name: "mine", enabled: true } as const;
    const route = RouteInput.parse({ name: "mine", channelIds: [channel.id] });
    const own = await createChannel(ctx, slack, deps);
    const ownRoute = RouteInput.parse({ name: "mine", channelIds: [own.id] });

    for (const attempt of [
      () => updateChannel(ctx, channel.id, update, deps),
      () => removeChannel(ctx, channel.id, deps),
      () => testChannel(ctx, channel.id, deps),
      () => createRoute(ctx, route, deps),
      () => updateRoute(ctx, routeId, ownRoute, deps),
      () => updateRoute(ctx, own.defaultRouteId ?? "", route, deps),
      () => removeRoute(ctx, routeId, deps),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ status: 404 });
    }

    expect([
      await theirs.deps.channels.all(theirs.tenantId),
      await theirs.deps.routes.all(theirs.tenantId),
    ]).toEqual(before);
  });
});

describe("a route", () => {
  test("whose matcher cannot be read is refused with what would be right", async () => {
    const stage = makeStage(db.table);
    const { id } = await createChannel(stage.ctx(), slack, depsOf(stage));
    const input = RouteInput.parse({ name: "r", match: "{env}", channelIds: [id] });

    await expect(createRoute(stage.ctx(), input, depsOf(stage))).rejects.toMatchObject({
      status: 400,
      field: "match",
    });
  });

  test("is replaced whole, under a new version", async () => {
    const stage = makeStage(db.table);
    const deps = depsOf(stage);
    const { id, defaultRouteId = "" } = await createChannel(stage.ctx(), slack, deps);
    const input = RouteInput.parse({ name: "EU", match: '{region="eu"}', channelIds: [id] });

    const changed = await updateRoute(stage.ctx(), defaultRouteId, input, deps);
    await removeRoute(stage.ctx(), defaultRouteId, deps);

    expect(changed).toMatchObject({ version: 2, name: "EU", match: '{region="eu"}' });
    expect(await deps.routes.all(stage.tenantId)).toEqual([]);
  });
});
