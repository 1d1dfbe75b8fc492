import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { buildDashboardIfStale } from "../../infra/local/build-web.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { until } from "../support/until.ts";
import { openBrowserOrThrow, withBrowser } from "./support/harness.ts";

/** People of one tenant in browsers of their own, on the whole platform. */
withBrowser("people", () => {
  let browser: Browser;
  let runtime: Runtime;
  beforeAll(async () => {
    browser = openBrowserOrThrow();
    await buildDashboardIfStale();
    runtime = await startRuntime();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await runtime?.stop();
  });

  /** A browser profile of somebody's own. */
  async function opened(address: string): Promise<Page> {
    const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce" });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(address);
    return page;
  }

  async function makeProject(owner: Page): Promise<void> {
    await owner.goto(`${runtime.url}/settings/projects`);
    await owner.getByRole("button", { name: "New project" }).click();
    await owner.getByLabel("Name").fill("Warehouse");
    await owner.getByLabel("Id").fill("warehouse");
    await owner.getByRole("button", { name: "Save" }).click();
    await owner.locator(".person-row", { hasText: "Warehouse" }).waitFor();
  }

  async function makeChannel(by: Page, name: string): Promise<void> {
    await by.goto(`${runtime.url}/notifications?new=1`);
    const dialog = by.getByRole("dialog");
    await dialog.getByText("E-mail").click();
    await dialog.getByLabel("Address").fill("on-call@example.com");
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByRole("button", { name: "Create channel" }).click();
  }

  async function invite(owner: Page): Promise<string> {
    await owner.goto(`${runtime.url}/settings`);
    await owner.getByRole("button", { name: "Invite somebody" }).click();
    await owner.getByLabel("E-mail").fill("night@example.com");
    await owner.getByLabel("Role", { exact: true }).selectOption("responder");
    await owner.getByRole("button", { name: "Invite", exact: true }).click();
    const link = await owner.locator(".code pre").textContent();
    await owner.getByRole("button", { name: "Done" }).click();
    return link ?? "";
  }

  test("S-34: somebody is invited, joins, looks at one project, loses a role while signed in, and is out with one press", async () => {
    const owner = await opened(runtime.dashboardUrl);
    await owner.getByRole("link", { name: "Overview" }).first().waitFor();
    await makeProject(owner);

    const other = await opened(await invite(owner));
    await other.getByLabel("Name").fill("Night shift");
    await other.locator("input[name=password]").fill("correct horse battery");
    await other.getByRole("button", { name: "Join" }).click();
    await other.getByText("Night shift").first().waitFor();

    await other.getByLabel("Project").selectOption("Warehouse");
    const picked = () => other.getByLabel("Project").inputValue({ timeout: 1_000 });
    await until(async () => (await picked().catch(() => "")) === "warehouse");

    await makeChannel(owner, "Everybody");
    await owner.getByText("All incidents go here").waitFor();
    await makeChannel(other, "Night phone");
    await other.getByText("All incidents of its project go here").waitFor();
    await other.getByRole("button", { name: "Done" }).click();
    await other.getByRole("button", { name: "Change Night phone" }).waitFor();
    await other.getByText("Everybody").waitFor();
    expect(await other.getByRole("button", { name: "Change Everybody" }).count()).toBe(0);
    await owner.goto(`${runtime.url}/settings`);

    await other.goto(`${runtime.url}/services`);
    await other.getByRole("button", { name: "Declare a service" }).waitFor();
    await owner.reload();
    const row = owner.locator(".person-row", { hasText: "Night shift" });
    await row.getByRole("button", { name: "Change" }).click();
    await owner.getByLabel("Role", { exact: true }).selectOption("viewer");
    await owner.getByRole("button", { name: "Save" }).click();
    await row.getByText("viewer").waitFor();
    await other
      .getByRole("button", { name: "Declare a service" })
      .waitFor({ state: "detached", timeout: 60_000 });

    await other.goto(`${runtime.url}/settings/sessions`);
    await other.getByRole("button", { name: "Sign out everywhere" }).click();
    await other.getByText("Sign in to SentinelOps").waitFor();
    expect((await other.request.get(`${runtime.url}/api/session`)).status()).toBe(401);
  }, 180_000);
});
