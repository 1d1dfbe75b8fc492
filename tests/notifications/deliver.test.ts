import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import type { SendOutcome } from "../../shared/notifications/channels/message.ts";
import { makeSend } from "../../shared/notifications/channels/send.ts";
import { createChannel } from "../../shared/notifications/create-channel.ts";
import { testChannel } from "../../shared/notifications/test-channel.ts";
import { updateChannel } from "../../shared/notifications/update-channel.ts";
import { makeGuardedFetch } from "../../shared/platform/net/guarded-fetch.ts";
import { inwardUrls } from "../platform/net/inward-urls.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import {
  anEmailChannel,
  aSlackChannel,
  aWebhookChannel,
  escalated,
  makeStage,
  noonMs,
  opened,
  resolved,
  type Sent,
  webhookSecret,
} from "./builders.ts";

let db: TestTable;
let outside: Outside;
beforeAll(async () => {
  db = await startTestTable(() => noonMs);
});
afterAll(() => db.stop());
beforeEach(async () => {
  outside = await startOutside();
});
afterEach(() => outside.stop());

const noTexts = {
  sms: () => Promise.reject(new Error("no SMS here")),
  email: async () => ({ kind: "accepted" }) as const,
};
const sendFor = (allow: string[]) =>
  makeSend({ guardedFetch: makeGuardedFetch({ allow }), texts: async () => noTexts });
const realSend =
  (allow: string[] = [outside.host]) =>
  ({ channel, message }: Sent) =>
    sendFor(allow)(channel, message);
const failing: SendOutcome = { kind: "retry", status: 500, reason: "The address answered 500." };

describe("delivering", () => {
  test("S-44: a webhook gets one POST that verifies with the standardwebhooks package", async () => {
    const stage = makeStage(db.table, realSend());
    stage.setTime(Date.now());
    await stage.have([aWebhookChannel({ url: `${outside.url}/hook` })]);

    await stage.dispatch(opened());
    await stage.run();

    const [request] = outside.requests;
    const payload = new Webhook(webhookSecret).verify(request?.body ?? "", request?.headers ?? {});
    expect(outside.requests).toHaveLength(1);
    expect(payload).toMatchObject({
      type: "incident.opened",
      data: {
        incident: { id: "inc_1", severity: "warning" },
        link: "https://ops.example.com/incidents/inc_1",
      },
    });
    expect(request?.headers["webhook-id"]).toBe((await stage.deliveries())[0]?.id);
  });

  test("R-16: a failing Slack channel holds up no e-mail of the same incident", async () => {
    const stage = makeStage(db.table, ({ channel }) =>
      channel.kind === "slack" ? failing : { kind: "accepted", status: null },
    );
    const slack = aSlackChannel();
    const email = anEmailChannel();
    await stage.have([slack, email]);

    await stage.dispatch(opened());
    await stage.run();

    const mails = stage.sent.filter(({ channel }) => channel.kind === "email");
    expect(mails.map(({ atMs }) => atMs)).toEqual([noonMs]);
    expect(await stage.deps.channels.get(stage.tenantId, slack.id)).toMatchObject({ status: "broken" });
    expect(await stage.deps.channels.get(stage.tenantId, email.id)).toMatchObject({ status: "working" });
  });

  test("R-17: Slack's Retry-After: 30 is obeyed, by every message of the channel", async () => {
    const stage = makeStage(db.table, realSend());
    const channel = aSlackChannel({ webhookUrl: `${outside.url}/slack` });
    await stage.have([channel]);
    outside.script([{ status: 429, headers: { "retry-after": "30" } }]);

    await stage.dispatch(opened());
    await stage.run(noonMs);
    stage.setTime(noonMs + 10_000);
    await stage.dispatch(opened({ incidentId: "inc_2" }));
    await stage.run(noonMs + 29_999);

    expect(outside.requests).toHaveLength(1);
    const [waiting] = (await stage.deliveries()).filter(({ state }) => state === "retrying");
    expect(waiting?.attempts[0]).toMatchObject({ status: 429, nextAt: "2026-11-20T12:00:30.000Z" });

    await stage.run();

    expect(outside.requests).toHaveLength(3);
    for (const { atMs } of stage.sent.slice(1)) expect(atMs).toBeGreaterThanOrEqual(noonMs + 30_000);
    for (const delivery of await stage.deliveries()) expect(delivery.state).toBe("delivered");
  });

  test("R-17: attempts end at eight within the hour, and the user sees what failed and why", async () => {
    const stage = makeStage(db.table, realSend());
    const channel = aSlackChannel({ webhookUrl: outside.url });
    await stage.have([channel]);
    outside.script([], { status: 500 });

    await stage.dispatch(opened());
    await stage.run();

    const [delivery] = await stage.deliveries();
    expect(outside.requests).toHaveLength(8);
    expect((stage.sent.at(-1)?.atMs ?? 0) - noonMs).toBeLessThanOrEqual(3_600_000);
    expect(delivery).toMatchObject({ state: "failed", attempts: { length: 8 } });
    expect(delivery?.attempts.at(-1)?.reason).toBe("Given up after 8 attempts. The address answered 500.");
    expect(await stage.deps.channels.get(stage.tenantId, channel.id)).toMatchObject({
      status: "broken",
      statusReason: "Given up after 8 attempts. The address answered 500.",
    });
    expect(stage.published.at(-1)).toMatchObject({
      type: "notification.failed.v1",
      data: { deliveryId: delivery?.id, attempts: 8 },
    });
  });

  test.each([404, 410, 403, 400])(
    "F9: %i is final at once and marks the channel broken; others go on",
    async (status) => {
      const stage = makeStage(db.table, realSend());
      const gone = aSlackChannel({ webhookUrl: `${outside.url}/gone` });
      const email = anEmailChannel();
      await stage.have([gone, email]);
      outside.script([{ status }]);

      await stage.dispatch(opened());
      await stage.run();

      expect(outside.requests).toHaveLength(1);
      const channel = await stage.deps.channels.get(stage.tenantId, gone.id);
      expect(channel.status).toBe("broken");
      expect(channel.statusReason).toMatch(new RegExp(`answered ${status}\\. It `));
      expect(stage.sent.map((one) => one.channel.kind).sort()).toEqual(["email", "slack"]);
    },
  );

  test("a channel that was broken works again with its first success", async () => {
    const stage = makeStage(db.table);
    const channel = aSlackChannel({ status: "broken", statusReason: "gone" });
    await stage.have([channel]);

    await stage.dispatch(opened());
    await stage.run();

    expect(await stage.deps.channels.get(stage.tenantId, channel.id)).toMatchObject({
      status: "working",
      statusReason: null,
    });
  });

  test("F10: a connection cut after the request is tried again under the same key", async () => {
    const stage = makeStage(db.table, realSend());
    await stage.have([aWebhookChannel({ url: outside.url })]);
    outside.script(["cut"]);

    await stage.dispatch(opened());
    await stage.run();

    const keys = outside.requests.map(({ headers }) => headers["webhook-id"]);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect((await stage.deliveries())[0]).toMatchObject({ state: "delivered", attempts: { length: 2 } });
  });

  test("F1: fifty holders of one delivery make one attempt", async () => {
    const stage = makeStage(db.table);
    await stage.have([aSlackChannel()]);
    await stage.dispatch(opened());
    const deliveryId = stage.queue[0]?.deliveryId ?? "";

    await Promise.all(Array.from({ length: 50 }, () => stage.deliver(deliveryId)));
    await stage.run();
    await stage.deliver(deliveryId);

    expect(stage.sent).toHaveLength(1);
    expect(stage.published.filter(({ type }) => type === "notification.delivered.v1")).toHaveLength(1);
  });

  test("an attempt whose process died is repeated when its lease is over, and counts", async () => {
    let dies = true;
    const stage = makeStage(db.table, () => {
      if (dies) throw new Error("killed");
      return { kind: "accepted", status: 200 };
    });
    await stage.have([aSlackChannel()]);
    await stage.dispatch(opened());
    const deliveryId = stage.queue.shift()?.deliveryId ?? "";

    await expect(stage.deliver(deliveryId)).rejects.toThrow("killed");
    dies = false;
    const early = await stage.deliver(deliveryId);
    stage.setTime(noonMs + 40_000);
    await stage.deliver(deliveryId);

    expect(early).toMatchObject({ kind: "later" });
    expect(stage.sent).toHaveLength(2);
    expect((await stage.deliveries())[0]).toMatchObject({ state: "delivered", startedAttempts: 2 });
  });

  test("a message that is outdated before it left makes way for the newer one", async () => {
    let down = true;
    const stage = makeStage(db.table, () => (down ? failing : { kind: "accepted", status: 200 }));
    await stage.have([aSlackChannel()]);

    await stage.dispatch(opened());
    await stage.run(noonMs);
    down = false;
    stage.setTime(noonMs + 1_000);
    await stage.dispatch(escalated("critical"));
    await stage.dispatch(resolved());
    await stage.run();

    expect(stage.sent.map(({ message }) => message.kind)).not.toContain("test");
    expect(stage.sent.filter(({ message }) => message.kind === "incident.opened")).toHaveLength(1);
    expect(stage.sent.at(-1)?.message.kind).toBe("incident.resolved");
    const first = (await stage.deliveries()).find(({ kind }) => kind === "incident.opened");
    expect(first).toMatchObject({ state: "suppressed", reason: expect.stringMatching(/^Outdated before/) });
  });

  test("the end is not told where the beginning never arrived", async () => {
    const stage = makeStage(db.table, () => ({ kind: "rejected", status: 404, reason: "It is gone." }));
    await stage.have([aSlackChannel()]);
    await stage.dispatch(opened());
    await stage.dispatch(resolved());

    const [first, second] = stage.queue.splice(0).map(({ deliveryId }) => deliveryId);
    await stage.deliver(first ?? "");
    await stage.deliver(second ?? "");

    expect(stage.sent).toHaveLength(1);
    const end = (await stage.deliveries()).find(({ kind }) => kind === "incident.resolved");
    expect(end).toMatchObject({ state: "suppressed", reason: expect.stringMatching(/ever arrived/) });
  });

  test("what a deleted or switched-off channel was owed is recorded as not sent", async () => {
    const stage = makeStage(db.table);
    const [deleted, off] = [aSlackChannel(), aSlackChannel()];
    await stage.have([deleted, off]);
    await stage.dispatch(opened());
    await stage.deps.channels.remove(stage.tenantId, deleted.id);
    await stage.deps.channels.replace(stage.tenantId, { ...off, enabled: false, version: 2 });

    await stage.run();

    expect(stage.sent).toHaveLength(0);
    for (const { state } of await stage.deliveries()) expect(state).toBe("suppressed");
  });

  test("a verdict on an address that was changed meanwhile says nothing of the new one", async () => {
    const stage = makeStage(db.table, async ({ channel }) => {
      const input = {
        kind: "slack",
        name: "new",
        enabled: true,
        webhookUrl: "https://hooks.slack.com/new",
      } as const;
      stage.setTime(noonMs + 1);
      await updateChannel(stage.ctx(), channel.id, input, channelDeps(stage));
      return { kind: "rejected", status: 404, reason: "It is gone." };
    });
    const channel = aSlackChannel();
    await stage.have([channel]);

    await stage.dispatch(opened());
    await stage.run();

    expect(await stage.deps.channels.get(stage.tenantId, channel.id)).toMatchObject({ status: "untested" });
  });

  test("a test message takes the same road, also through a channel that is switched off", async () => {
    const stage = makeStage(db.table, realSend());
    const channel = aSlackChannel({ enabled: false, webhookUrl: outside.url });
    await stage.have([channel], []);

    const delivery = await testChannel(stage.ctx(), channel.id, { ...stage.deps, ...channelDeps(stage) });
    await stage.run();

    expect(delivery).toMatchObject({ kind: "test", state: "pending" });
    expect(outside.requests).toHaveLength(1);
    expect(await stage.deps.deliveries.get(stage.tenantId, delivery.id)).toMatchObject({
      state: "delivered",
    });
  });

  test("an e-mail address that is not confirmed does not count as working", async () => {
    const stage = makeStage(db.table);
    const channel = anEmailChannel({ confirmed: false, statusReason: "not confirmed" });
    await stage.have([channel]);

    await stage.dispatch(opened());
    await stage.run();

    expect(stage.sent).toHaveLength(1);
    expect(await stage.deps.channels.get(stage.tenantId, channel.id)).toEqual(channel);
  });

  test("a delivery that is no more is let go", async () => {
    const stage = makeStage(db.table);

    expect(await stage.deliver("dlv_gone")).toEqual({ kind: "finished" });
  });
});

describe("what a webhook or Slack address may be", () => {
  test.each(inwardUrls)("S-15: %s is refused when the channel is made", async (url) => {
    const stage = makeStage(db.table);
    for (const input of [
      { kind: "slack", name: "s", enabled: true, webhookUrl: url },
      { kind: "webhook", name: "w", enabled: true, url },
    ] as const) {
      await expect(createChannel(stage.ctx(), input, channelDeps(stage))).rejects.toMatchObject({
        status: 400,
      });
    }
  });

  test("S-15 S-20: an address that slipped in gets zero connections, and the user learns nothing of the network", async () => {
    const stage = makeStage(db.table, realSend([]));
    const port = new URL(outside.url).port;
    await stage.have([
      aSlackChannel({ webhookUrl: `${outside.url}/slack` }),
      aSlackChannel({ webhookUrl: `https://127.0.0.1:${port}/slack` }),
      aWebhookChannel({ url: `https://[::ffff:127.0.0.1]:${port}/hook` }),
      aWebhookChannel({ url: `https://localhost.:${port}/hook` }),
    ]);

    await stage.dispatch(opened());
    await stage.run(noonMs);

    expect(outside.connections()).toBe(0);
    for (const { state, attempts } of await stage.deliveries()) {
      expect(state).toBe("retrying");
      expect(attempts[0]?.reason).toBe("The address could not be reached.");
    }
  });

  test.each([302, 307, 308])(
    "S-18: a %i into the network is not followed, for Slack and webhooks alike",
    async (status) => {
      const forbidden = await startOutside();
      const stage = makeStage(db.table, realSend());
      await stage.have([
        aSlackChannel({ webhookUrl: `${outside.url}/slack` }),
        aWebhookChannel({ url: `${outside.url}/hook` }),
      ]);
      outside.script([], { status, redirectTo: `${forbidden.url}/` });

      await stage.dispatch(opened());
      await stage.run(noonMs);

      expect(forbidden.connections()).toBe(0);
      for (const { state } of await stage.deliveries())
        expect(state).toBe(status === 302 ? "failed" : "retrying");
      await forbidden.stop();
    },
  );
});

function channelDeps(stage: ReturnType<typeof makeStage>) {
  return { ...stage.deps, allow: [], maxChannels: 100, subscribeEmail: async () => ({ confirmed: true }) };
}
