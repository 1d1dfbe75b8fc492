import {
  CloudFormationClient,
  paginateListStackResources,
  paginateListStacks,
} from "@aws-sdk/client-cloudformation";
import { installationName } from "../../infra/installation-name.ts";
import { topology } from "../../infra/topology/index.ts";

interface DeployedFunction {
  /** The row's name. */
  name: string;
  /** What CloudFormation did last. */
  status: string;
}

/** Every function in the stacks of the installation. */
export async function deployedFunctions(): Promise<DeployedFunction[]> {
  const client = new CloudFormationClient();
  const found: DeployedFunction[] = [];
  for await (const { StackSummaries = [] } of paginateListStacks({ client }, {})) {
    for (const { StackName = "" } of StackSummaries) {
      if (!StackName.startsWith(installationName)) continue;
      for await (const page of paginateListStackResources({ client }, { StackName })) {
        for (const resource of page.StackResourceSummaries ?? []) {
          if (resource.ResourceType !== "AWS::Lambda::Function") continue;
          const { LogicalResourceId: id = "", ResourceStatus: status = "" } = resource;
          const row = topology.find(({ name }) => id.startsWith(`${name.replaceAll("-", "")}Function`));
          found.push({ name: row?.name ?? id, status });
        }
      }
    }
  }
  return found;
}
