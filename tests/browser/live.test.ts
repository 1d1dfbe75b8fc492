import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { until } from "../support/until.ts";
import { anIncident } from "./support/fake-world.ts";
import { closePage, type Stage, setStage, type Watched, withBrowser } from "./support/harness.ts";

withBrowser("a page that is open keeps up", () => {
  let stage: Stage;
  let watched: Watched;
  beforeAll(async () => {
    stage = await setStage();
    watched = await stage.open("/", {}, /WebSocket/);
    await watched.page.getByText("Live", { exact: true }).last().waitFor();
  }, 60_000);
  afterAll(async () => {
    await closePage(watched);
    await stage.close();
  });

  const openIncident = (id: string, title: string) => {
    const incident = anIncident({ id, title, openedAt: new Date().toISOString() }, Date.now());
    stage.api.world.incidents.unshift(incident);
    stage.api.tellIncident("incident.opened.v1", incident);
  };

  test("an incident that opens is on the overview by itself, and is announced", async () => {
    openIncident("inc_new", "Disk is full on db-1");

    await watched.page.locator(".incident-row", { hasText: "Disk is full on db-1" }).waitFor();
    await watched.page.getByRole("status").getByText("Disk is full on db-1").waitFor();
    expect(await watched.page.title()).toContain("2 critical incidents are open");
  });

  test("after a lost connection it resumes behind the last event it saw and misses none", async () => {
    const before = stage.api.hellos.length;
    stage.api.cutLive();
    openIncident("inc_missed", "Opened while nobody listened");

    await watched.page.locator(".incident-row", { hasText: "Opened while nobody listened" }).waitFor();
    await until(() => stage.api.hellos.length > before);
    expect(stage.api.hellos.at(-1)).toBe("000000000001");
    await watched.page.getByText("Live", { exact: true }).last().waitFor();
  });

  test("a move shows at once, with the moves that are legal from there", async () => {
    await watched.page.goto(`${stage.api.url}/incidents/inc_payments`);
    await watched.page.getByRole("button", { name: "Acknowledge" }).click();

    await watched.page
      .getByRole("listitem")
      .filter({ hasText: "Acknowledged" })
      .and(watched.page.locator("[aria-current=step]"))
      .waitFor();
    await watched.page.getByRole("button", { name: "Investigate" }).waitFor();
    await watched.page.getByText("Moved from DETECTED to ACKNOWLEDGED.").waitFor();
  });

  test("a comment written elsewhere joins the timeline", async () => {
    stage.api.log("inc_payments", "comment", "Rolled back to the last release.");
    const incident = stage.api.world.incidents.find((one) => one.id === "inc_payments");
    if (!incident) throw new Error("The shop has lost its incident.");
    stage.api.tellIncident("incident.updated.v1", Object.assign(incident, { version: incident.version + 1 }));

    await watched.page.getByText("Rolled back to the last release.").waitFor({ timeout: 2_000 });
    expect(watched.trouble).toEqual([]);
    expect(stage.api.faults).toEqual([]);
  });
});
