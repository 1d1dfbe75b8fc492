import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { Resource } from "./idle.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/** Every resource of a synthesized installation, nested stacks included. */
export function resourcesIn(assemblyDir: string): Resource[] {
  return readdirSync(assemblyDir)
    .filter((name) => name.endsWith(".template.json"))
    .flatMap((name) => {
      const parsed = Template.parse(JSON.parse(readFileSync(join(assemblyDir, name), "utf8")));
      return Object.values(parsed.Resources) as Resource[];
    });
}

/** Synthesizes the installation as cdk.json chooses it, with points in DynamoDB and no firewall. */
export async function synthesize(): Promise<Resource[]> {
  const dir = mkdtempSync(join(tmpdir(), "sentinelops-cost-"));
  const { context } = CdkJson.parse(JSON.parse(readFileSync(join(root, "cdk.json"), "utf8")));
  try {
    await promisify(execFile)(process.execPath, ["infra/app.ts"], {
      cwd: root,
      env: {
        ...process.env,
        CDK_OUTDIR: dir,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, metricStore: "dynamodb", waf: false }),
      },
    });
    return resourcesIn(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
