import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Service } from "../../shared/services/schemas.ts";
import { closePage, type Stage, setStage, type Watched, withBrowser } from "./support/harness.ts";

withBrowser("services of two projects", () => {
  let stage: Stage;
  let watched: Watched;
  beforeAll(async () => {
    stage = await setStage();
    const [checkout] = stage.api.world.services.filter(({ name }) => name === "checkout");
    const twin = { ...(checkout as Service), project: "warehouse", owner: "team warehouse" };
    stage.api.world.services.push(twin);
  }, 60_000);
  afterEach(async () => {
    expect(watched.trouble).toEqual([]);
    expect(stage.api.faults).toEqual([]);
    await closePage(watched);
  });
  afterAll(() => stage.close());

  const ownersOf = (name: string) =>
    Object.fromEntries(
      stage.api.world.services
        .filter((one) => one.name === name)
        .map(({ project, owner }) => [project, owner]),
    );

  test("of one name are two, in the list and in the graph, and each is changed for itself", async () => {
    watched = await stage.open("/services");
    const { page } = watched;
    const twins = page.getByRole("link", { name: /^checkout, / });
    await twins.first().waitFor();
    const places = await Promise.all((await twins.all()).map((one) => one.getAttribute("href")));
    expect(places.toSorted()).toEqual([
      "/services?service=checkout",
      "/services?service=checkout&project=warehouse",
    ]);

    await page.getByRole("button", { name: /^checkout warehouse/ }).click();
    await page.getByText("A service of the project warehouse.").waitFor();
    const unusual = page.getByRole("link", { name: "How unusual it is" });
    expect(await unusual.getAttribute("href")).toBe("/anomalies/services/checkout?project=warehouse");
    await page.getByLabel("Owner").fill("team shelves");
    await page.getByRole("button", { name: "Save" }).click();

    await page.getByText("team shelves").waitFor();
    expect(ownersOf("checkout")).toEqual({ default: "team money", warehouse: "team shelves" });
  });

  test("are declared in the project that was chosen", async () => {
    watched = await stage.open("/services");
    const { page } = watched;
    await page.getByRole("button", { name: "Declare a service" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("scanner");
    await page.getByLabel("Owner").fill("team warehouse");
    await page.getByRole("dialog").getByLabel("Project").selectOption("Warehouse");

    await page.getByRole("button", { name: "Save" }).click();

    await page.getByRole("button", { name: /^scanner warehouse/ }).waitFor();
    expect(ownersOf("scanner")).toEqual({ warehouse: "team warehouse" });
  });

  test("have rules of their own project for their anomalies", async () => {
    const labels = { "service.name": "payments", "sentinelops.project": "warehouse" };
    const anomaly = stage.api.world.anomalies.find(({ id }) => id === "ano_payments");
    Object.assign(anomaly ?? {}, { labels });
    watched = await stage.open("/anomalies/ano_payments");
    const { page } = watched;
    const whole = page.getByRole("link", { name: "payments", exact: true });
    expect(await whole.getAttribute("href")).toBe("/anomalies/services/payments?project=warehouse");
    await page.getByRole("link", { name: "Alert on its anomalies" }).click();

    await page.getByRole("button", { name: "Create rule" }).click();

    await page.getByRole("link", { name: "A service is unlike itself" }).waitFor();
    expect(stage.api.world.rules[0]).toMatchObject({
      project: "warehouse",
      watch: "services",
      match: '{service.name="payments"}',
    });
  });

  test("are watched by rules of the project that a narrowed person has", async () => {
    stage.api.projects = ["warehouse"];
    watched = await stage.open("/alerts/rules/new?metric=shop.payments.errors&agg=rate");
    const { page } = watched;
    await page.getByLabel("Project").waitFor();
    expect(await page.getByLabel("Project").locator("option").allTextContents()).toEqual(["Warehouse"]);
    await page.getByLabel("critical").first().fill("5");

    await page.getByRole("button", { name: "Create rule" }).click();

    await page.waitForURL("**/alerts/rules");
    stage.api.projects = null;
    expect(stage.api.world.rules[0]).toMatchObject({ metric: "shop.payments.errors", project: "warehouse" });
  });

  test("as a whole are asked for with their project", async () => {
    watched = await stage.open("/anomalies/services/checkout?project=warehouse");

    await watched.page.getByText("In the project warehouse").waitFor();
  });
});
