import { Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Firewall } from "../constructs/firewall.ts";

/** CloudFront's web ACL lives in us-east-1, wherever the installation is. */
export class FirewallStack extends Stack {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, { description: "SentinelOps, AWS WAF", ...props });
    this.webAclArn = new Firewall(this, "Firewall").webAclArn;
    Tags.of(this).add("application", "sentinelops");
  }
}
