import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { healthMetrics } from "../../shared/health/schemas.ts";
import { fakeHealth, silentHealth } from "./support/fake-health.ts";
import { fakeMetrics } from "./support/fake-metrics.ts";
import { FakeProblem } from "./support/fake-route.ts";
import { closePage, type Stage, setStage, type Watched, withBrowser } from "./support/harness.ts";

const overflow = "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)";

withBrowser("the page of our own health", () => {
  let stage: Stage;
  let watched: Watched;
  beforeAll(async () => {
    stage = await setStage();
  }, 60_000);
  beforeEach(() => {
    stage.api.metrics = [...fakeMetrics, ...fakeHealth];
    stage.api.failures.clear();
  });
  afterEach(async () => {
    expect(watched.trouble).toEqual([]);
    expect(stage.api.faults).toEqual([]);
    await closePage(watched);
  });
  afterAll(() => stage.close());

  test("says first what is in trouble and what a user loses by it", async () => {
    watched = await stage.open("/health");
    const { page } = watched;
    await page.getByRole("heading", { name: "2 functions are in trouble" }).waitFor();

    const rows = await page.locator("[data-row]").allInnerTexts();

    expect(rows[0]).toMatch(/Gave up[\s\S]*Messages to e-mail, SMS, Slack and webhooks are not sent/);
    expect(rows[1]).toMatch(/Backlog[\s\S]*Alerts stop firing[\s\S]*6.87/);
    expect(rows[2]).toMatch(/Some fail[\s\S]*metrics-api/);
    expect(rows.at(-1)).toMatch(/Quiet/);
    await page.getByRole("img", { name: /p95 duration of alerts-evaluate/ }).waitFor();
  });

  test("the keyboard leads from the navigation to a function's runbook and back", async () => {
    watched = await stage.open("/");
    const { page } = watched;
    await page.getByRole("heading", { level: 1 }).waitFor();

    await page.keyboard.press("g");
    await page.keyboard.press("h");
    await page.getByRole("heading", { name: "2 functions are in trouble" }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");

    await page.getByRole("heading", { name: "notifications-deliver" }).waitFor();
    await page.getByText("npm run ops -- dlq redrive notifications-deliver").first().waitFor();
    await page.getByText("Records failed").waitFor();
    await page.getByRole("link", { name: "how to read the alarms" }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Health" }).first().click();
    await page.getByRole("heading", { name: "2 functions are in trouble" }).waitFor();
  });

  test("the pages that runbooks link to stand there too, and an unknown name says so", async () => {
    watched = await stage.open("/health/alarms");
    const { page } = watched;
    await page.getByRole("columnheader", { name: "goes off when" }).waitFor();

    await page.goto(`${stage.api.url}/health/nobody`);
    await page.getByText("Nothing here is called “nobody”").waitFor();
  });

  test("well is said plainly", async () => {
    const calm = new Set<string>([healthMetrics.handled, healthMetrics.durationP95]);
    stage.api.metrics = fakeHealth.map((metric) =>
      calm.has(metric.name) ? metric : { ...metric, at: () => 0 },
    );
    watched = await stage.open("/health");

    await watched.page.getByRole("heading", { name: "SentinelOps is well" }).waitFor();
  });

  test("without numbers it says where they come from", async () => {
    stage.api.metrics = silentHealth;
    watched = await stage.open("/health");

    await watched.page.getByText("Nothing has been measured yet").waitFor();
  });

  test("what cannot be asked is told, with a way on", async () => {
    stage.api.failures.set("GET /api/metrics/query", new FakeProblem(503, "The store does not answer."));
    watched = await stage.open("/health", {}, /503/);
    await watched.page.getByText("The store does not answer.").waitFor();

    stage.api.failures.clear();
    await watched.page.getByRole("button", { name: "Try again" }).click();

    await watched.page.getByRole("heading", { name: "2 functions are in trouble" }).waitFor();
  });

  test.each(["light", "dark"] as const)("it fits any screen, in the %s theme", async (colorScheme) => {
    watched = await stage.open("/health", { colorScheme });
    const { page } = watched;
    for (const path of ["/health", "/health/metrics-write"]) {
      await page.goto(stage.api.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      for (const width of [390, 768, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        expect({ path, width, overflow: await page.evaluate(overflow) }).toEqual({
          path,
          width,
          overflow: 0,
        });
        const pictures = process.env["PICTURES_TO"];
        if (pictures)
          await page.screenshot({
            path: `${pictures}/${path.replaceAll("/", "_")}-${width}-${colorScheme}.png`,
            fullPage: true,
          });
      }
    }
  });
});
