import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { buildDashboardIfStale } from "../../infra/local/build-web.ts";
import type { IncidentList } from "../../shared/incidents/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { closePage, openBrowserOrThrow, openPage, type Watched, withBrowser } from "./support/harness.ts";

withBrowser("the whole road by the dashboard alone", () => {
  let browser: Browser;
  let outside: Outside;
  let runtime: Runtime;
  let api: ApiClient;
  let watched: Watched;
  beforeAll(async () => {
    await buildDashboardIfStale();
    browser = openBrowserOrThrow();
    outside = await startOutside();
    runtime = await startRuntime({ env: { OUTBOUND_ALLOW: outside.host } });
    api = apiClient(runtime);
    watched = await openPage(browser, runtime.dashboardUrl);
  }, 90_000);
  afterAll(async () => {
    if (watched) await closePage(watched);
    await browser?.close();
    await runtime?.stop();
    await outside?.stop();
  });

  const sendDepth = (value: number) =>
    api.ingest([{ name: "shop.queue.depth", value, labels: { "service.name": "checkout" } }]);

  test("the printed link signs in, and says how to begin", async () => {
    await watched.page.getByText("All quiet").waitFor();
    await watched.page.getByText("OTEL_EXPORTER_OTLP_ENDPOINT").waitFor();

    expect(new URL(watched.page.url()).search).toBe("");
  });

  test("the first telemetry appears on the overview by itself, within seconds", async () => {
    await sendDepth(5);

    await watched.page.locator(".tile", { hasText: "shop.queue.depth" }).getByText("5").waitFor();
  });

  test("a channel, a rule, and then an incident shows by itself while its signed message goes out", async () => {
    const { page } = watched;
    await page.goto(`${runtime.url}/notifications?new=1`);
    await page.getByText("Webhook", { exact: true }).click();
    await page.getByLabel("URL").fill(`${outside.url}/hook`);
    await page.getByRole("button", { name: "Create channel" }).click();
    const secret = (await page.getByText(/^whsec_/).textContent()) ?? "";
    await page.getByText("All incidents go here").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Send a test" }).click();
    await page.getByRole("dialog").getByText("Delivered").waitFor();
    await page.getByRole("button", { name: "Done" }).click();

    await page.goto(`${runtime.url}/metrics?name=shop.queue.depth&by=service.name`);
    await page.getByText("1 line at").waitFor();
    await page.getByRole("link", { name: "Make an alert rule" }).click();
    await page.getByLabel("Critical", { exact: true }).fill("100");
    await page.getByLabel("For at least").fill("0s");
    await page.getByLabel("Name", { exact: true }).fill("Queue too long");
    await page.getByText("Would not have fired", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Create rule" }).click();
    await page.getByRole("link", { name: "Queue too long" }).waitFor();

    await page.goto(runtime.url);
    await page.getByText("All quiet").waitFor();
    await page.getByText("Live", { exact: true }).last().waitFor();
    await sendDepth(250);
    await page.locator(".incident-row", { hasText: "Queue too long" }).waitFor({ timeout: 10_000 });

    const message = await eventually("the signed message", () =>
      outside.received("/hook").find(({ body }) => body.includes("Queue too long")),
    );
    const payload = new Webhook(secret).verify(message.body, message.headers);
    expect(JSON.stringify(payload)).toContain("Queue too long");
  });

  test("the incident is taken up and commented on, and its alert says why it fired", async () => {
    const { page } = watched;
    await page.locator(".incident-row", { hasText: "Queue too long" }).click();
    await page.getByRole("button", { name: "Acknowledge" }).click();
    await page.getByRole("button", { name: "Investigate" }).waitFor();
    await page.getByLabel("Comment").fill("Workers were stuck; restarted two.");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await page.locator(".entry-said", { hasText: "Workers were stuck" }).waitFor();

    const [incident] = (await api.ask<IncidentList>("GET /api/incidents?state=open")).items;
    expect(incident).toMatchObject({ state: "ACKNOWLEDGED", severity: "critical", service: "checkout" });

    await page.locator(".member").getByRole("link", { name: "Queue too long" }).click();
    await page.locator(".why-item", { hasText: "Fired" }).waitFor();
    await page.locator(".uplot canvas").waitFor();
    expect(watched.trouble).toEqual([]);
  });
});
