import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { type Choices, WrongChoice } from "./choices.ts";
import { installationName } from "./installation-name.ts";
import { FirewallStack } from "./stacks/firewall-stack.ts";
import { SentinelOpsStack } from "./stacks/sentinelops-stack.ts";
import { StandbyStack } from "./stacks/standby-stack.ts";

interface InstallationProps {
  choices: Choices;
  /** Where the first region is; undefined where nobody has said, which does while everything is in one. */
  region: string | undefined;
  account: string | undefined;
  codeOf(functionName: string): string;
  dashboardDir: string;
}

const firewallRegion = "us-east-1";

/** Holds everything below the app to the AwsSolutions rules: a finding nobody acknowledged fails the synthesis. */
export function checkRules(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

/** Every stack of an installation with these choices. */
export function describeInstallation(app: App, props: InstallationProps): void {
  const { choices, codeOf, dashboardDir } = props;
  const { home, env } = placeOf(props);
  const firewall =
    choices.waf && !choices.emulator
      ? new FirewallStack(app, `${installationName}-Firewall`, {
          env: env(firewallRegion),
          crossRegionReferences: true,
        })
      : undefined;
  const first = new SentinelOpsStack(app, installationName, {
    choices,
    installation: installationName,
    codeOf,
    dashboardDir,
    ...(home ? { env: env(home) } : {}),
    ...(firewall ? { webAclArn: firewall.webAclArn, crossRegionReferences: true } : {}),
  });
  if (!choices.secondRegion) return;
  const standby = new StandbyStack(app, `${installationName}-Standby`, {
    choices,
    installation: installationName,
    codeOf,
    dashboardUrl: `https://${choices.domainName}`,
    env: env(choices.secondRegion),
  });
  standby.addStackDependency(first);
}

/** Stacks in more than one region must know theirs. Throws where it is wanted and nobody has said. */
function placeOf({ choices, region, account }: InstallationProps) {
  const env = (name: string) => ({ region: name, ...(account ? { account } : {}) });
  const { firstRegion, secondRegion, waf } = choices;
  if (!waf && !secondRegion) return { home: firstRegion, env };
  const home = firstRegion ?? region;
  if (!home)
    throw new WrongChoice("waf and secondRegion need a region to start from: set firstRegion or AWS_REGION.");
  if (home === secondRegion) throw new WrongChoice(`secondRegion: ${home} is the first region already.`);
  return { home, env };
}
