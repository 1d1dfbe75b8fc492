import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, NestedStack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { SentinelOpsStack } from "../../infra/stacks/sentinelops-stack.ts";

export interface Resource {
  /** Logical id, with the stack it is in. */
  id: string;
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema of ours
  Properties: any;
}

/** The feature flags of cdk.json, which the CLI hands over. */
const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as {
  context: Record<string, unknown>;
};

/** Every resource of the installation, root stack and domain stacks, with a stub for the bundled code. */
export function synthesize(): Resource[] {
  const dir = mkdtempSync(join(tmpdir(), "sentinelops-synth-"));
  const stub = join(dir, "stub");
  mkdirSync(stub);
  try {
    for (const file of ["handler.mjs", "index.html"]) writeFileSync(join(stub, file), file);
    const app = new App({ outdir: join(dir, "cdk.out"), context });
    const root = new SentinelOpsStack(app, "SentinelOps", { codeOf: () => stub, dashboardDir: stub });
    const stacks = [root, ...root.node.findAll().filter((node) => node instanceof NestedStack)];
    return stacks.flatMap((stack) => {
      const { Resources } = Template.fromStack(stack).toJSON() as {
        Resources: Record<string, Omit<Resource, "id">>;
      };
      return Object.entries(Resources).map(([id, resource]) => ({
        ...resource,
        id: `${stack.node.id}/${id}`,
      }));
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
}
