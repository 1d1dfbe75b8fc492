import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { closePage, type Stage, setStage, type Watched, withBrowser } from "./support/harness.ts";

withBrowser("what people decide", () => {
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

  test("somebody is invited with a role, and the link is shown once", async () => {
    watched = await stage.open("/settings");
    const { page } = watched;
    await page.getByRole("button", { name: "Invite somebody" }).click();
    await page.getByLabel("E-mail").fill("Night@Example.com");
    await page.getByLabel("Role", { exact: true }).selectOption("viewer");
    await page.getByLabel("Warehouse").check();

    await page.getByRole("button", { name: "Invite", exact: true }).click();

    await page.getByText("/session/sign-in?invitation=made-up").waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("night@example.com").waitFor();
    expect(stage.api.world.invitations[0]).toMatchObject({ role: "viewer", projects: ["warehouse"] });
  });

  test("a key is made with the least it needs, shown once, rotated with an overlap and revoked", async () => {
    watched = await stage.open("/settings/keys");
    const { page } = watched;
    await page.getByRole("button", { name: "New API key" }).click();
    await page.getByLabel("Name").fill("nightly report");
    await page.getByLabel("ingest").uncheck();
    await page.getByLabel("read", { exact: false }).check();
    await page.getByRole("button", { name: "Make the key" }).click();
    await page.getByText("so_live_3_made-up").waitFor();
    await page.getByRole("button", { name: "I have it" }).click();
    expect(stage.api.world.keys[0]).toMatchObject({ name: "nightly report", scopes: ["read"] });

    const row = page.locator(".key-row", { hasText: "nightly report" });
    await row.getByRole("button", { name: "Rotate" }).click();
    await page.getByLabel("The old one still works").selectOption("for an hour");
    await page.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
    await page.getByRole("button", { name: "I have it" }).click();
    await row.getByText("Retiring").waitFor();

    await row.first().getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await row.getByText("Revoked").waitFor();
  });

  test("what a role may not do is not offered", async () => {
    stage.api.role = "viewer";
    watched = await stage.open("/settings");
    const { page } = watched;
    await page.getByText("What the roles mean").waitFor();

    expect(await page.getByRole("button", { name: "Invite somebody" }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Audit" }).count()).toBe(0);
    stage.api.role = "owner";
  });

  test("a channel and a route are given to a project, and who is narrowed changes those alone", async () => {
    watched = await stage.open("/notifications");
    const { page } = watched;
    const dialog = page.getByRole("dialog");
    await page.getByRole("button", { name: "New channel" }).click();
    await dialog.getByLabel("Incoming webhook URL").fill("https://hooks.slack.com/services/T0/B0/x");
    await dialog.getByLabel("Name").fill("Loading bay");
    await dialog.getByLabel("Project").selectOption("Warehouse");
    await dialog.getByRole("button", { name: "Create channel" }).click();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.locator(".channel-row", { hasText: "Loading bay" }).getByText("Warehouse").waitFor();
    await page.getByRole("link", { name: "Routes" }).click();
    await page.getByRole("button", { name: "New route" }).click();
    await dialog.getByLabel("Name").fill("Bay doors");
    await dialog.getByText("#oncall").waitFor();
    expect(await dialog.getByText("Loading bay").count()).toBe(0);
    await dialog.getByLabel("Project").selectOption("Warehouse");
    await dialog.getByLabel("Loading bay").check();
    await dialog.getByRole("button", { name: "Create route" }).click();
    await page.locator(".channel-row", { hasText: "Bay doors" }).getByText("Warehouse").waitFor();
    expect(stage.api.world.routes.at(-1)).toMatchObject({ project: "warehouse" });
    await closePage(watched);

    Object.assign(stage.api, { role: "responder", projects: ["warehouse"] });
    watched = await stage.open("/notifications");
    const narrowed = watched.page;
    await narrowed.getByRole("button", { name: "Change Loading bay" }).waitFor();
    await narrowed.getByText("#oncall").waitFor();
    expect(await narrowed.getByRole("button", { name: /Change|Delete/ }).count()).toBe(2);
    expect(await narrowed.getByRole("button", { name: "Send a test" }).count()).toBe(1);
    expect(await narrowed.getByRole("link", { name: "Inbox" }).count()).toBe(0);
    await narrowed.getByRole("button", { name: "New channel" }).click();
    const choices = narrowed.getByRole("dialog").getByLabel("Project").locator("option");
    expect(await choices.allTextContents()).toEqual(["Warehouse"]);
    await narrowed.goto(narrowed.url().replace(/\/notifications.*/, "/notifications/routes"));
    await narrowed.getByRole("button", { name: "Change Bay doors" }).waitFor();
    expect(await narrowed.getByRole("button", { name: /Change|Delete/ }).count()).toBe(2);
    Object.assign(stage.api, { role: "owner", projects: null });
  });

  test("an act in the audit opens to what was before and after", async () => {
    watched = await stage.open("/settings/audit");
    const { page } = watched;

    await page.getByText("alert-rule.updated", { exact: true }).click();

    await page.getByText("Too late last time.").waitFor();
    await page.getByText('{"critical":1.5}').waitFor();
  });

  test("“not an anomaly” is said with a note and stays on record", async () => {
    watched = await stage.open("/anomalies/ano_heap");
    const { page } = watched;
    await page.getByLabel("Note").fill("A bigger cache since today.");

    await page.getByRole("button", { name: "Not an anomaly" }).click();

    await page.getByText("said it is not an anomaly").waitFor();
    await page.getByText("A bigger cache since today.").waitFor();
  });

  test("a person corrects the likely cause, and a question is answered from evidence or not at all", async () => {
    watched = await stage.open("/incidents/inc_payments");
    const { page } = watched;
    await page.getByRole("button", { name: "It was something else" }).first().click();
    await page.getByLabel("Service that broke").fill("payment-provider");
    await page.getByRole("button", { name: "Correct it" }).click();
    await page.getByText("corrected it").waitFor();

    await page.getByLabel("Question").fill("What was deployed before it began?");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByText("Picked out by rules, no model.").waitFor();
    await page.getByLabel("Question").fill("Who won the match?");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByText("The evidence of this incident does not say.").waitFor();
  });
});
