import { rm } from "node:fs/promises";
import { describe } from "@jest/globals";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { openBrowser } from "../../support/browser.ts";
import { buildDashboard } from "../../support/built-dashboard.ts";
import { FakeApi } from "./fake-api.ts";
import { shopWorld } from "./fake-shop.ts";

/** What must never happen on a page, in the order it happened. */
export interface Watched {
  page: Page;
  /** Violations of the content security policy, errors, dialogs, requests to anywhere else. */
  trouble: string[];
}

export interface Stage {
  api: FakeApi;
  /** A page of the dashboard; `expected` names failures the test itself causes. */
  open(path: string, options?: BrowserContextOptions, expected?: RegExp): Promise<Watched>;
  close(): Promise<void>;
}

const opened = await openBrowser();

/** Runs where a browser can be had; shows as skipped elsewhere. */
export const withBrowser = opened ? describe : describe.skip;

export function openBrowserOrThrow(): Browser {
  if (!opened) throw new Error("There is no browser here; guard this with withBrowser.");
  return opened;
}

/** The built dashboard before a fake back end that holds a shop in trouble. */
export async function setStage(): Promise<Stage> {
  const browser = openBrowserOrThrow();
  const folder = await buildDashboard();
  const api = new FakeApi(folder);
  api.world = shopWorld(Date.now());
  await api.start();
  return {
    api,
    open: (path, options, expected) => openPage(browser, api.url + path, options, expected),
    close: async () => {
      await browser.close();
      await api.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A page in a profile of its own that keeps a record of whatever must not happen. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  expected?: RegExp,
): Promise<Watched> {
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const trouble: string[] = [];
  const note = (what: string) => {
    if (!expected?.test(what)) trouble.push(what);
  };
  page.on("console", (message) => message.type() === "error" && note(`console: ${message.text()}`));
  page.on("pageerror", (error) => note(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    note(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) note(`foreign request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, trouble };
}

export async function closePage({ page }: Watched): Promise<void> {
  await page.context().close();
}
