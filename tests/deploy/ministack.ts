import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { fileURLToPath } from "node:url";
import { eventually } from "../support/api-client.ts";
import { run, start } from "./child.ts";
import { Skipped } from "./steps.ts";

const version = "1.5.33";
const build = fileURLToPath(new URL("../../.build/", import.meta.url));
const venv = join(build, `ministack-${version}`);
/** The last thing that is written, so half an environment is made anew. */
const installedMark = join(venv, "installed");
const startMs = 60_000;

/** Puts MiniStack into a Python environment of its own, once. Throws Skipped where this machine cannot. */
export async function installMiniStack(): Promise<void> {
  const openssl = await run({ command: "openssl", args: ["version"] });
  if (openssl.code !== 0) throw new Skipped("openssl is not here, which makes the emulator's certificate");
  if (existsSync(installedMark)) return;
  const made = await run({ command: "python3", args: ["-m", "venv", "--clear", venv] });
  if (made.code !== 0) throw new Skipped("python3 with its venv and pip is not here");
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"];
  const installed = await run({
    command: join(venv, "bin", "python"),
    args: [...pip, `ministack==${version}`],
  });
  if (installed.code === 0) {
    mendNestedUpdates();
    return writeFileSync(installedMark, version);
  }
  rmSync(venv, { recursive: true, force: true });
  throw new Skipped(`pip could not install ministack ${version}: ${lastLine(installed.said)}`);
}

/**
 * The one thing of MiniStack's that is mended: when it updates a nested stack, it forgets the attributes of
 * resources that stay as they are, so that everything that names their ARN fails. It keeps them in a stack
 * that is not nested. Throws when a version does not have the place any more.
 */
function mendNestedUpdates(): void {
  const [python = ""] = readdirSync(join(venv, "lib"));
  const file = join(venv, "lib", python, "site-packages/ministack/services/cloudformation/provisioners.py");
  const code = readFileSync(file, "utf8");
  const place = "old_tagged, new_tagged, child_name, child_logical_id,\n";
  if (code.split(place).length !== 2)
    throw new Error(`MiniStack ${version} updates nested stacks otherwise.`);
  writeFileSync(file, code.replace(place, `${place.trimEnd()} prev.get("Attributes"),\n`));
}

const lastLine = (text: string) => text.trim().split("\n").at(-1) ?? "";

export interface MiniStack {
  url: string;
  /** Everything it and the functions in it say. */
  logFile: string;
  /** What a shell needs to reach this AWS and no other. */
  awsEnv: Record<string, string>;
  /** Its files; call after it has stopped. */
  remove(): void;
}

/**
 * Starts an AWS on loopback that checks signatures and policies (AUTH) and speaks TLS, as our queues' policies
 * demand of every caller. Its functions run under this process's Node. Ready on return.
 */
export async function startMiniStack(): Promise<MiniStack> {
  const folder = join(build, "ministack-runs", randomUUID());
  mkdirSync(folder, { recursive: true });
  // Its workers are CommonJS, and this project's own package.json would make them modules.
  writeFileSync(join(folder, "package.json"), "{}");
  const logFile = join(folder, "emulator.log");
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const { certificate, key } = await makeCertificate(folder);
  const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  const server = start(
    {
      // Its own command would take port 443 as well.
      command: join(venv, "bin", "hypercorn"),
      args: ["-b", `127.0.0.1:${port}`, "--certfile", certificate, "--keyfile", key, "ministack.app:app"],
      cwd: folder,
      env: {
        ...credentials,
        PATH: [dirname(process.execPath), process.env["PATH"]].join(":"),
        HOME: folder,
        TMPDIR: folder,
        STATE_DIR: join(folder, "state"),
        S3_DATA_DIR: join(folder, "s3"),
        BIND_HOST: "127.0.0.1",
        MINISTACK_HOST: "127.0.0.1",
        GATEWAY_PORT: String(port),
        IOT_MTLS_ENABLED: "0",
        LAMBDA_EXECUTOR: "local",
        USE_SSL: "1",
        MINISTACK_SSL_CERT: certificate,
        MINISTACK_SSL_KEY: key,
        AUTH: "true",
      },
    },
    logFile,
  );
  setDefaultCACertificates([...getCACertificates("default"), readFileSync(certificate, "utf8")]);
  const isReady = async () => {
    if (server.exitCode !== null) throw new Error("it has ended");
    return (await fetch(`${url}/_ministack/health`)).ok;
  };
  await eventually("MiniStack's health", isReady, startMs);
  return {
    url,
    logFile,
    awsEnv: {
      ...credentials,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "us-east-1",
      AWS_CONFIG_FILE: join(folder, "no-config"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "no-credentials"),
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CA_BUNDLE: certificate,
      NODE_EXTRA_CA_CERTS: certificate,
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function makeCertificate(folder: string) {
  const certificate = join(folder, "server.crt");
  const key = join(folder, "server.key");
  const subject = ["-subj", "/CN=ministack", "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = [
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-addext",
    "basicConstraints=critical,CA:FALSE",
  ];
  const { code, said } = await run({
    command: "openssl",
    args: ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", certificate],
  });
  if (code !== 0) throw new Error(`openssl made no certificate: ${lastLine(said)}`);
  return { certificate, key };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, "127.0.0.1", listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}
