import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { buildDashboardIfStale } from "../../infra/local/build-web.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { openBrowserOrThrow, withBrowser } from "./support/harness.ts";

/** The laptop's own sign-in page, in a real browser: what forms, cookies and policies come to there. */
withBrowser("signing in at the laptop", () => {
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

  async function signIn(page: Page, password: string): Promise<void> {
    await page.fill("input[name=email]", runtime.firstAccount?.email ?? "");
    await page.fill("input[name=password]", password);
    await page.click("button");
  }

  test("S-69: a person signs in with the first password, with no violation of any policy on the way", async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));

    await page.goto(`${runtime.url}/session/sign-in?returnTo=/incidents`);
    await signIn(page, "not the password");
    await page.waitForSelector("[role=alert]");
    await signIn(page, runtime.firstAccount?.password ?? "");
    await page.waitForURL(`${runtime.url}/incidents`);

    await page.waitForSelector("h1");
    expect(complaints.filter((text) => /policy|violat|refused/i.test(text))).toEqual([]);
    const cookies = await page.context().cookies();
    const ours = cookies.filter(({ name }) => name.startsWith("so_"));
    expect(ours.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]).sort()).toEqual([
      ["so_refresh", true, "Strict"],
      ["so_session", true, "Lax"],
    ]);
    expect(await page.evaluate("document.cookie")).toBe("");
  }, 60_000);

  test("S-34: a dashboard whose credential has run out goes on by itself", async () => {
    const page = await browser.newPage();
    await page.goto(runtime.dashboardUrl);
    await page.waitForSelector("nav");
    await page.context().clearCookies({ name: "so_session" });

    await page.reload();

    await page.waitForSelector("nav");
    expect((await page.context().cookies()).map(({ name }) => name)).toContain("so_session");
  }, 60_000);

  test("S-34: a person finds where to change its password, and a dashboard that was open has to sign in with it", async () => {
    const page = await (await browser.newContext()).newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    const { email = "", password: first = "" } = runtime.firstAccount ?? {};
    await page.goto(`${runtime.url}/session/sign-in`);
    await signIn(page, first);
    await page.waitForSelector("nav");
    const next = "a staple of another kind";

    await page.goto(`${runtime.url}/settings/sessions`);
    await page.getByRole("link", { name: "Change password" }).click();
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Present password").fill(first);
    await page.getByLabel("New password, 12 characters or more").fill(next);
    await page.getByLabel("New password once more").fill(next);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("heading", { name: "Password changed" }).waitFor();

    // As when the quarter of an hour is over.
    await page.context().clearCookies({ name: "so_session" });
    await page.goto(runtime.url);
    await page.getByText("Sign in to SentinelOps").waitFor();
    await page.goto(`${runtime.url}/session/sign-in`);
    await signIn(page, next);
    await page.waitForSelector("nav");
    expect(complaints.filter((text) => /policy|violat/i.test(text))).toEqual([]);
  }, 60_000);
});
