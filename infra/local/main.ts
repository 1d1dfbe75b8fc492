import { spawn } from "node:child_process";
import { topology } from "../topology/index.ts";
import { boot } from "./boot.ts";
import { buildDashboardIfStale } from "./build-web.ts";
import { help, readSettings } from "./settings.ts";
import { watchThisMachine } from "./watch-host.ts";
import { watchOurselves } from "./watch-ourselves.ts";

const impatientMs = 1_500;

/** `npm start`: the whole platform on this machine, until Ctrl-C. */
async function main(): Promise<void> {
  if (process.argv.includes("--help") || process.argv.includes("-h")) {
    console.log(help);
    return;
  }
  const settings = readSettings(process.env);
  const [runtime] = await Promise.all([
    boot({ ...settings, topology, tell: (text) => console.warn(text), onFatal: fail }),
    buildDashboardIfStale(),
  ]);
  runtime.announce();
  if (runtime.firstAccount) {
    const { email, password } = runtime.firstAccount;
    console.log(`First administrator: ${email} with the password ${password} (shown this once).`);
  }
  console.log(`SentinelOps is ready at ${runtime.url} - sign in: ${runtime.dashboardUrl}`);
  if (settings.open) openBrowser(runtime.dashboardUrl);

  const watches = settings.watchHost ? [watchThisMachine(runtime), watchOurselves(runtime)] : [];
  let stoppingMs: number | undefined;
  const stop = async () => {
    if (stoppingMs !== undefined) {
      // npm hands each Ctrl-C on a second time; a later one is a person who does not want to wait.
      if (performance.now() - stoppingMs > impatientMs) process.exit(1);
      return;
    }
    stoppingMs = performance.now();
    await Promise.all(watches.map((watch) => watch.stop()));
    await runtime.stop();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  await runtime.warm();
}

function openBrowser(url: string): void {
  const [command, ...parts] = { darwin: ["open"], win32: ["cmd", "/c", "start", ""] }[
    process.platform as string
  ] ?? ["xdg-open"];
  // Without a browser the address stands in the ready line all the same.
  spawn(command ?? "xdg-open", [...parts, url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

main().catch(fail);
