import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { FakeProblem } from "./support/fake-route.ts";
import { closePage, type Stage, setStage, type Watched, withBrowser } from "./support/harness.ts";

withBrowser("work done by the dashboard alone", () => {
  let stage: Stage;
  let watched: Watched;
  beforeAll(async () => {
    stage = await setStage();
  }, 60_000);
  afterEach(async () => {
    expect(watched.trouble).toEqual([]);
    expect(stage.api.faults).toEqual([]);
    await closePage(watched);
  });
  afterAll(() => stage.close());

  test("a rule is written while its back-test is drawn, and saved with its defaults", async () => {
    watched = await stage.open("/metrics?name=shop.payments.errors&by=method");
    const { page } = watched;
    await page.getByRole("link", { name: "Make an alert rule" }).click();
    expect(await page.getByLabel("Metric", { exact: true }).inputValue()).toBe("shop.payments.errors");

    await page.getByLabel("Critical", { exact: true }).fill("1.5");
    await page.getByText("Would have fired 2 times", { exact: true }).waitFor();
    await page.getByText("2 critical;").waitFor();
    await page.getByLabel("For at least").fill("soon");
    await page.getByRole("button", { name: "Create rule" }).click();
    await page.getByText('"soon" is not a duration; write it like 30s, 3m or 1h30m.').waitFor();
    await page.getByLabel("For at least").fill("90s");
    await page.getByRole("button", { name: "Create rule" }).click();

    await page.getByRole("link", { name: "shop.payments.errors rate > 1.5" }).waitFor();
    expect(stage.api.world.rules[0]).toMatchObject({
      metric: "shop.payments.errors",
      aggregate: "rate",
      thresholds: { critical: 1.5 },
      groupBy: ["method"],
      windowMs: 60_000,
      forMs: 90_000,
      noData: "ok",
      enabled: true,
    });
  });

  test("from an anomaly a rule on anomalies is one press away", async () => {
    watched = await stage.open("/anomalies/ano_latency");
    const { page } = watched;
    await page.getByRole("link", { name: "Alert on its anomalies" }).click();
    await page
      .getByRole("radio", { name: /is unlike itself/ })
      .and(page.locator(":checked"))
      .waitFor();
    await page.getByText("Would have fired once").first().waitFor();
    await page.getByLabel("Which anomalies").selectOption("Only the extraordinary");

    await page.getByRole("button", { name: "Create rule" }).click();

    await page.getByRole("link", { name: "http.server.request.duration is unlike itself" }).waitFor();
    expect(stage.api.world.rules[0]).toMatchObject({
      type: "anomaly",
      metric: "http.server.request.duration",
      groupBy: ["*"],
      sensitivity: "low",
      severity: "warning",
    });
  });

  test("a rule changes its type with the keyboard, is tried as what it is now, and opens again as saved", async () => {
    watched = await stage.open("/alerts/rules/new?metric=shop.payments.errors&agg=rate&by=method");
    const { page } = watched;
    await page.getByRole("radio", { name: /crosses a limit/ }).focus();
    await page.keyboard.press("ArrowDown");
    await page.getByText("more than double").waitFor();
    await page.getByLabel("Critical", { exact: true }).fill("1000");
    await page.getByText("= 1,000 %").waitFor();
    await page.getByText(/^Would have fired (once|\d+ times)$/).waitFor();
    await page.getByRole("button", { name: "Create rule" }).click();

    await page.getByRole("link", { name: "shop.payments.errors changes > 1000 % within 10m" }).click();

    expect(await page.getByLabel("Compared with the window before").inputValue()).toBe("10m");
    expect(stage.api.world.rules[0]).toMatchObject({ type: "rate-of-change", overMs: 600_000 });
  });

  test("what the server finds wrong stands at the field it names", async () => {
    watched = await stage.open("/alerts/rules/rul_cpu", {}, /400/);
    const { page } = watched;
    stage.api.failures.set(
      "PUT /api/alert-rules/*",
      new FakeProblem(400, "The matcher cannot be read.", "match"),
    );

    await page.getByRole("button", { name: "Save changes" }).click();

    await page.getByLabel("Only series where").and(page.locator("[aria-invalid=true]")).waitFor();
    await page.getByText("The matcher cannot be read.").waitFor();
    stage.api.failures.clear();
  });

  test("a limit is read back in the metric's unit", async () => {
    watched = await stage.open("/alerts/rules/new?metric=system.cpu.utilization&agg=avg");

    await watched.page.getByLabel("Critical", { exact: true }).fill("0.9");

    await watched.page.getByText("= 90 %").waitFor();
  });

  test("a webhook channel is made, its secret shown once, its test followed until it arrives", async () => {
    watched = await stage.open("/notifications");
    const { page } = watched;
    await page.getByRole("button", { name: "New channel" }).first().click();
    await page.getByText("Webhook", { exact: true }).click();
    await page.getByLabel("URL").fill("https://hooks.example.com/sentinelops");
    await page.getByLabel("Name").fill("Pager bridge");
    await page.getByRole("button", { name: "Create channel" }).click();

    await page.getByText("It is shown this once").waitFor();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Send a test" }).click();
    await page.getByRole("dialog").getByText("Delivered").waitFor();
    await page.getByRole("button", { name: "Done" }).click();

    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText("Pager bridge").first().waitFor();
    expect(await page.getByText(/whsec_/).count()).toBe(0);
  });

  test("a route leads incidents to chosen channels", async () => {
    watched = await stage.open("/notifications/routes");
    const { page } = watched;
    await page.getByRole("button", { name: "New route" }).click();
    await page.getByLabel("Name").fill("Payments only");
    await page.getByLabel("Only incidents where").fill('{service="payments"}');
    await page.getByRole("checkbox", { name: "#oncall" }).check();
    await page.getByRole("button", { name: "Create route" }).click();

    await page.getByText('incidents where {service="payments"}').waitFor();
    expect(stage.api.world.routes.at(-1)).toMatchObject({ name: "Payments only", channelIds: ["chn_slack"] });
  });

  test("the address holds what is explored: another browser shows the same", async () => {
    watched = await stage.open("/metrics?name=http.server.request.duration");
    const { page } = watched;
    await page.getByRole("button", { name: "service.name" }).click();
    await page.getByText("6 lines").waitFor();
    await page.getByLabel("Only series where").fill('{service.name="payments"}');
    await page.getByText("1 line at").waitFor();
    await page.getByText("24 h", { exact: true }).click();
    await page.waitForURL(/from=-24h/);
    const address = page.url().slice(stage.api.url.length);
    await closePage(watched);

    watched = await stage.open(address);
    await watched.page.getByText("1 line at").waitFor();
    expect(await watched.page.getByLabel("Only series where").inputValue()).toBe('{service.name="payments"}');
    expect(await watched.page.getByRole("radio", { name: "24 h" }).isChecked()).toBe(true);
  });

  test("a forecast says when a limit is reached, and leads to a rule that tells before that", async () => {
    watched = await stage.open("/metrics?name=system.filesystem.utilization");
    const { page } = watched;
    await page.getByLabel("Only series where").fill('{system.filesystem.mountpoint="/var/lib"}');
    await page.getByRole("switch", { name: "Forecast" }).click();
    await page.getByText(/^Probably \d+ % on /).waitFor();
    await page.getByLabel("Limit").fill("1");
    await page.keyboard.press("Enter");
    await page.getByText(/^Reaches 100 % probably on .+, at the earliest on /).waitFor();
    await page.waitForURL(/forecast=7d.*limit=1/);

    await page.getByRole("link", { name: "Alert before that" }).click();
    await page.getByText("Would have fired once", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Create rule" }).click();

    await page.getByRole("link", { name: "system.filesystem.utilization avg heads for 1" }).waitFor();
    expect(stage.api.world.rules[0]).toMatchObject({
      type: "forecast",
      match: '{system.filesystem.mountpoint="/var/lib"}',
      limit: 1,
      withinMs: { critical: 86_400_000, warning: 259_200_000 },
    });
  });

  test("dragging across the chart zooms in, and there is a way back out", async () => {
    watched = await stage.open("/metrics?name=http.server.requests");
    const { page } = watched;
    const box = await page.locator(".u-over").boundingBox();
    if (!box) throw new Error("The chart is not drawn.");
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
    await page.mouse.up();

    await page.waitForURL(/from=\d{13}&to=\d{13}/);
    const url = new URL(page.url());
    const spanMs = Number(url.searchParams.get("to")) - Number(url.searchParams.get("from"));
    expect(Math.abs(spanMs - 0.2 * 3_600_000)).toBeLessThan(60_000);
    await page.getByText("1 h", { exact: true }).click();
    await page.waitForURL(/from=-1h/);
  });
});
