import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { until } from "../support/until.ts";
import { fakeMetrics } from "./support/fake-metrics.ts";
import { FakeProblem } from "./support/fake-route.ts";
import { shopWorld } from "./support/fake-shop.ts";
import { anIncident, emptyWorld } from "./support/fake-world.ts";
import { closePage, type Stage, setStage, type Watched, withBrowser } from "./support/harness.ts";

withBrowser("there is always a way on", () => {
  let stage: Stage;
  let watched: Watched;
  beforeAll(async () => {
    stage = await setStage();
  }, 60_000);
  beforeEach(() => {
    Object.assign(stage.api, {
      world: shopWorld(Date.now()),
      metrics: fakeMetrics,
      signedIn: true,
      pageSize: undefined,
      hasModel: true,
    });
    stage.api.failures.clear();
  });
  afterEach(async () => {
    expect(watched.trouble).toEqual([]);
    await closePage(watched);
  });
  afterAll(() => stage.close());

  test("signed out, it leads to the sign-in page and back to the address that was asked for", async () => {
    stage.api.signedIn = false;
    watched = await stage.open("/incidents", {}, /401/);
    await watched.page.getByText("npm start").waitFor();

    await watched.page.getByRole("link", { name: "Sign in" }).click();

    await watched.page.getByText("Slow requests: payments and 1 more").waitFor();
  });

  test("a session that ends while a page is open leads to the sign-in page", async () => {
    watched = await stage.open("/incidents", {}, /401/);
    await watched.page.getByText("Slow requests: payments and 1 more").waitFor();

    stage.api.signedIn = false;
    await watched.page.keyboard.press("g");
    await watched.page.keyboard.press("m");

    await watched.page.getByText("Sign in to SentinelOps").waitFor();
  });

  test("a credential that ran out is renewed once, whatever asks, and nobody notices", async () => {
    watched = await stage.open("/", {}, /401/);
    await watched.page.getByText("1 critical incident is open").waitFor();
    const before = stage.api.renewals;

    stage.api.expireCredential();
    await watched.page.keyboard.press("g");
    await watched.page.keyboard.press("i");

    await watched.page.getByText("Mean time to acknowledge").waitFor();
    await watched.page.getByRole("link", { name: /Slow requests: payments and 1 more/ }).waitFor();
    await until(() => stage.api.renewals > before);
    expect(stage.api.renewals - before).toBe(1);
  });

  test("a failed list says why, with the request's id, and can be tried again", async () => {
    stage.api.failures.set(
      "GET /api/channels",
      new FakeProblem(403, "This credential may ingest; this route needs read."),
    );
    watched = await stage.open("/notifications", {}, /403/);
    await watched.page.getByText("This credential may ingest; this route needs read.").waitFor();
    await watched.page.getByText("Request req_test").waitFor();

    stage.api.failures.clear();
    await watched.page.getByRole("button", { name: "Try again" }).click();

    await watched.page.getByText("#oncall").waitFor();
  });

  test.each([
    ["/", "Send telemetry"],
    ["/metrics", "OTEL_EXPORTER_OTLP_ENDPOINT"],
    ["/alerts", "Nothing fires"],
    ["/alerts?state=all", "An alert needs a rule"],
    ["/alerts/rules", "A rule watches one metric"],
    ["/incidents", "All quiet"],
    ["/notifications", "Nobody is told yet"],
    ["/notifications/routes", "No route yet"],
    ["/notifications/deliveries", "Nothing was sent yet"],
  ])("%s, empty, says how to fill it", async (path, words) => {
    Object.assign(stage.api, { world: emptyWorld(), metrics: [] });
    watched = await stage.open(path);

    await watched.page.getByText(words).first().waitFor();
  });

  test("without a model, the page of its use says how one is set up", async () => {
    stage.api.hasModel = false;
    watched = await stage.open("/settings/ai");

    await watched.page.getByText("No model is set up").waitFor();
    await watched.page.getByText("AI_BASE_URL=").waitFor();
  });

  test("a long list comes page by page", async () => {
    stage.api.pageSize = 10;
    stage.api.world.incidents = Array.from({ length: 25 }, (_, n) =>
      anIncident({ id: `inc_${n}`, title: `Incident ${n}` }, Date.now()),
    );
    watched = await stage.open("/incidents");
    const rows = watched.page.locator(".incident-row");
    await rows.nth(9).waitFor();
    expect(await rows.count()).toBe(10);

    await watched.page.getByRole("button", { name: "Load more" }).click();
    await rows.nth(19).waitFor();
    await watched.page.getByRole("button", { name: "Load more" }).click();
    await rows.nth(24).waitFor();

    expect(await watched.page.getByRole("button", { name: "Load more" }).count()).toBe(0);
  });

  test("the keyboard alone reaches pages, lists and things by name", async () => {
    watched = await stage.open("/");
    const { page } = watched;
    await page.getByText("1 critical incident is open").waitFor();

    await page.keyboard.press("g");
    await page.keyboard.press("i");
    // The overview has a heading "Open incidents", and rows of its own.
    await page.getByRole("heading", { name: "Incidents", exact: true }).waitFor();
    const rowInFocus = () =>
      page.evaluate<number>(
        '[...document.querySelectorAll("main [data-row]")].indexOf(document.activeElement)',
      );
    await page.locator(".incident-row").first().waitFor();
    // The list listens once it is drawn, so the first key may come too early for it.
    await until(async () => {
      await page.keyboard.press("j");
      return (await rowInFocus()) === 0;
    });
    await page.keyboard.press("j");
    expect(await rowInFocus()).toBe(1);
    await page.keyboard.press("Enter");
    await page.waitForURL(/inc_queue/);
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("payment err");
    await page.getByRole("option", { name: /Payment errors.*Rule/ }).waitFor();
    await page.getByRole("dialog").getByRole("combobox").fill("cpu above");
    await page.getByRole("option", { name: /Rule/ }).waitFor();
    await page.getByRole("dialog").getByRole("combobox").fill("new alert rule");
    await page.keyboard.press("Enter");
    await page.waitForURL(/rules\/new/);
    await page.keyboard.press("Escape");
    await page.locator("main").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Move to the next state").waitFor();
  });

  test("the theme follows the system until it is chosen, and the choice is kept", async () => {
    watched = await stage.open("/", { colorScheme: "dark" });
    const { page } = watched;
    const ink = () => page.evaluate<string>("getComputedStyle(document.body).color");
    const theme = page.getByRole("button", { name: /^Theme/ }).last();
    await theme.waitFor();
    expect(await ink()).toMatch(/^oklch\(0\.9/);

    await theme.click();
    await page.reload();
    await theme.waitFor();

    expect(await ink()).toMatch(/^oklch\(0\.2/);
  });
});
