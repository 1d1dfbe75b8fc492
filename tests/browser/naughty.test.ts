import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { shopAnalysis } from "./support/fake-analysis.ts";
import { anAlert, anIncident, aRule, iso } from "./support/fake-world.ts";
import { closePage, type Stage, setStage, withBrowser } from "./support/harness.ts";

const naughty: string[] = JSON.parse(
  readFileSync(new URL("../ingest/fixtures/blns.json", import.meta.url), "utf8"),
);
const visible = naughty.filter((text) => text.trim() !== "");

withBrowser("S-70: every naughty string is shown as the text it is", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
    stage.api.pageSize = 1_000;
    const { world } = stage.api;
    const now = Date.now();
    world.incidents = visible.map((title, n) => anIncident({ id: `inc_${n}`, title, service: title }, now));
    const labels = Object.fromEntries(visible.map((text, n) => [`label_${n}`, text]));
    world.alerts = [
      anAlert({ id: "alt_naughty", labels, ruleName: visible[0] ?? "", reason: visible.join("\n") }, now),
    ];
    world.rules = [aRule({ name: visible.slice(0, 20).join(" ") }, now)];
    world.timelines.set(
      "inc_0",
      visible.map((text, n) => {
        const actor = { kind: "person", id: "per_x", name: text } as const;
        return { id: `tml_${n}`, at: iso(now), kind: "comment", actor, text, facts: {} };
      }),
    );
    const analysis = shopAnalysis(now);
    const claims = visible.map((text) => ({ text, evidenceIds: ["evd_errors"] }));
    const [rootCause = null] = claims;
    world.analyses.set("inc_1", {
      ...analysis,
      hypotheses: analysis.hypotheses.map((one, n) => ({ ...one, statement: visible[n] ?? "" })),
      explanation: {
        origin: "model",
        model: visible.find((text) => text.includes("onerror")) ?? "",
        rootCause,
        affected: claims,
        steps: claims,
        prevention: claims,
        summary: visible.join("\n\n"),
        struckClaims: 0,
      },
    });
    stage.api.tenantName = visible.find((text) => text.includes("<script")) ?? "";
    stage.api.metrics = stage.api.metrics.map((metric, n) =>
      n === 0
        ? { ...metric, series: visible.slice(0, 60).map((text) => ({ host: text })), at: () => 0.5 }
        : metric,
    );
  }, 60_000);
  afterAll(() => stage.close());

  test("as an incident's title and service", async () => {
    const watched = await stage.open("/incidents");
    await watched.page
      .locator(".incident-row")
      .nth(visible.length - 1)
      .waitFor();

    const shown = await watched.page.locator(".incident-row .list-title").allTextContents();

    expect(shown).toEqual(visible);
    expect(watched.trouble).toEqual([]);
    await closePage(watched);
  });

  test("as a comment and a person's name", async () => {
    const watched = await stage.open("/incidents/inc_0");
    await watched.page
      .locator(".entry")
      .nth(visible.length - 1)
      .waitFor();

    const shown = await watched.page.locator(".entry-said").allTextContents();

    expect(shown).toEqual(visible);
    expect(watched.trouble).toEqual([]);
    await closePage(watched);
  });

  test("as a label, a reason, a rule's name and a tenant's name", async () => {
    const watched = await stage.open("/alerts/alt_naughty");
    await watched.page
      .locator(".facts .label")
      .nth(visible.length - 1)
      .waitFor();

    const shown = await watched.page.locator(".facts .label span").allTextContents();

    expect(shown).toEqual(visible);
    expect(await watched.page.locator(".side .where b").textContent()).toBe(stage.api.tenantName);
    expect(watched.trouble).toEqual([]);
    await closePage(watched);
  });

  test("as what a model wrote of an incident, and as its name", async () => {
    const watched = await stage.open("/incidents/inc_1");
    const words = watched.page.locator(".explanation");
    await words.waitFor();
    await words.locator("summary").click();

    const said = (await words.locator("li").allTextContents()).join("\n");
    const paragraphs = (await words.locator("details p").allTextContents()).join("\n\n");

    for (const text of visible) {
      // Numbers of evidence stand behind each claim.
      expect([text, said.includes(text), paragraphs.includes(text)]).toEqual([text, true, true]);
    }
    expect(watched.trouble).toEqual([]);
    await closePage(watched);
  });

  test("as the name of a tenant and of a project", async () => {
    const before = { tenants: stage.api.otherTenantNames, projects: stage.api.world.projects };
    stage.api.otherTenantNames = visible;
    stage.api.world.projects = visible.map((name, n) => ({
      projectId: `project-${n}`,
      name,
      createdAt: iso(Date.now()),
    }));
    const watched = await stage.open("/settings/projects");
    const options = (label: string) => watched.page.getByLabel(label, { exact: true }).locator("option");
    await options("Tenant").nth(visible.length).waitFor({ state: "attached" });
    await options("Project").nth(visible.length).waitFor({ state: "attached" });

    expect((await options("Tenant").allTextContents()).slice(2)).toEqual(visible);
    expect((await options("Project").allTextContents()).slice(1)).toEqual(visible);
    expect(watched.trouble).toEqual([]);
    await closePage(watched);
    stage.api.otherTenantNames = before.tenants;
    stage.api.world.projects = before.projects;
  });

  test("as a series in a chart's legend and among the labels to pick", async () => {
    const watched = await stage.open("/metrics?name=system.cpu.utilization&by=host");
    await watched.page.getByText("60 lines").waitFor();

    const shown = await watched.page.locator(".legend button .truncate").allTextContents();

    expect(shown).toEqual(visible.slice(0, 60));
    expect(watched.trouble).toEqual([]);
    await closePage(watched);
  });
});
