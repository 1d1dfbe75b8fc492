import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { closePage, type Stage, setStage, withBrowser } from "./support/harness.ts";

const pages = [
  ["/", "1 critical incident is open"],
  ["/metrics", "Pick a metric"],
  ["/metrics?name=http.server.request.duration&by=service.name&from=-6h", "6 lines"],
  [
    "/metrics?name=system.filesystem.utilization&by=system.filesystem.mountpoint&forecast=7d&limit=1",
    "Reaches 100 % probably on",
  ],
  ["/metrics?name=system.filesystem.utilization&forecast=1d", "9 of 10 values"],
  ["/metrics?name=db.client.connection.count&forecast=30d&limit=30", "No forecast: 12 values are too few"],
  ["/alerts", "Slow requests"],
  ["/alerts/alt_payments", "as long as the rule asks"],
  ["/alerts/rules", "is heading for 100 %"],
  ["/alerts/rules/new", "Pick a metric and give a limit"],
  ["/alerts/rules/rul_latency", "Would have fired"],
  ["/alerts/rules/rul_surge", "Change is measured"],
  ["/alerts/rules/rul_unlike", "One alert for each anomaly"],
  ["/alerts/rules/rul_disk", "When it will probably be reached within"],
  ["/alerts/rules/new?type=rate-of-change&metric=http.server.requests", "more than double"],
  ["/alerts/rules/new?type=anomaly&metric=http.server.request.duration", "Would have fired"],
  ["/alerts/rules/new?type=anomaly", "There is no one history"],
  [
    "/alerts/rules/new?type=forecast&metric=system.filesystem.utilization&limit=1&by=system.filesystem.mountpoint",
    "Time left",
  ],
  ["/anomalies?state=all&sensitivity=high", "as a whole"],
  ["/anomalies/ano_latency", "The shaded band holds ordinary values"],
  ["/anomalies/ano_latency", "A model's guess"],
  ["/anomalies/ano_payments", "Isolation Forest"],
  ["/anomalies/services", "As usual"],
  ["/anomalies/services/payments", "finds it unusual too"],
  ["/anomalies/detectors", "Roll back to it"],
  ["/incidents?show=all", "Slow requests: search"],
  ["/incidents/inc_payments", "share team=shop, env=prod"],
  ["/incidents/inc_payments", "payments 4.2.0"],
  ["/incidents/inc_payments/post-mortem", "Nobody would be told"],
  ["/services", "Who calls whom"],
  ["/services?service=payments", "Its deployments"],
  ["/services/deployments", "4.2.0"],
  ["/notifications", "#oncall"],
  ["/notifications/routes", "Shop, at night"],
  ["/notifications/deliveries", "2 attempts"],
  ["/notifications/inbox", "[critical] Slow requests"],
  ["/settings", "What the roles mean"],
  ["/settings/projects", "sentinelops.project"],
  ["/settings/keys", "collector in eu-1"],
  ["/settings/limits", "Where the series come from"],
  ["/settings/ai", "Left alone for a while"],
  ["/settings/audit", "acts in 30 days"],
  ["/settings/sessions", "This one"],
  ["/settings/api", "/api/incidents"],
  ["/nowhere", "There is no such page"],
] as const;

/** What the README shows; drawn anew with UPDATE_SCREENSHOTS=1. */
const pictures = [
  ["overview", "/", "1 critical incident is open"],
  ["metrics", "/metrics?name=http.server.request.duration&by=service.name&from=-1h", "6 lines"],
  ["alerts", "/alerts/rules/rul_latency", "2 critical;"],
  ["anomalies", "/anomalies/ano_latency", "The shaded band holds ordinary values"],
  ["incidents", "/incidents/inc_payments", "share team=shop, env=prod"],
  ["services", "/services", "Who calls whom"],
  ["audit", "/settings/audit", "acts in 30 days"],
  ["notifications", "/notifications", "#oncall"],
] as const;
const whenAsked = process.env["UPDATE_SCREENSHOTS"] === "1" ? test : test.skip;

const widths = [390, 768, 1440, 1920];

const overflow = "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)";

const namelessControls = `[...document.querySelectorAll("button, a, input, select, textarea")]
  .filter((control) => !control.textContent.trim() && !control.ariaLabel && !control.labels?.length)
  .map((control) => control.outerHTML)`;

const injectScript = `(() => {
  const script = document.createElement("script");
  script.textContent = "window.injected = true";
  document.body.append(script);
  return "injected" in window;
})()`;

withBrowser("the dashboard's pages", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
  }, 60_000);
  afterAll(() => stage.close());

  test.each(pages)(
    "S-69: %s answers its question, on any screen, under the security policy",
    async (path, answer) => {
      const watched = await stage.open(path);
      const { page } = watched;

      await page.getByText(answer).first().waitFor();
      await page.locator(".skeleton").first().waitFor({ state: "detached" });

      expect(await page.evaluate(namelessControls)).toEqual([]);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 844 });
        expect({ width, overflow: await page.evaluate(overflow) }).toEqual({ width, overflow: 0 });
      }
      expect(watched.trouble).toEqual([]);
      expect(stage.api.faults).toEqual([]);
      await closePage(watched);
    },
  );

  test("a browser that calls its language by a name Intl refuses draws charts all the same", async () => {
    const watched = await stage.open("/");
    await watched.page.addInitScript(
      'Object.defineProperty(navigator, "language", { value: "en-US@posix", configurable: true })',
    );
    await watched.page.goto(`${stage.api.url}/metrics?name=http.server.requests`);

    await watched.page.locator(".uplot canvas").waitFor();

    expect(watched.trouble).toEqual([]);
    await closePage(watched);
  });

  whenAsked("the documentation's pictures are drawn", async () => {
    for (const [name, path, settled] of pictures) {
      const watched = await stage.open(path, { viewport: { width: 1440, height: 900 } });
      await watched.page.getByText(settled).first().waitFor();
      await watched.page.locator(".skeleton").first().waitFor({ state: "detached" });
      await watched.page.screenshot({ path: `docs/screenshots/${name}.png` });
      await closePage(watched);
    }
  });

  test("S-69: an injected inline script does not run", async () => {
    const watched = await stage.open("/", {}, /Content Security Policy/);
    await watched.page.getByText("1 critical incident is open").waitFor();

    expect(await watched.page.evaluate(injectScript)).toBe(false);

    expect(watched.trouble).toEqual([]);
    await closePage(watched);
  });
});
