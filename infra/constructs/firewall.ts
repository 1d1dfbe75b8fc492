import { CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";

/** Per address and five minutes; a collector that sends every second stays far below. */
const requestsPerAddress = 10_000;

/**
 * AWS WAF before CloudFront: addresses with a bad name, and floods from one address. A flood is answered 503
 * with Retry-After, so that a telemetry sender caught in it loses nothing. Rules about bodies would refuse
 * telemetry, so there are none.
 */
export class Firewall extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const seenAs = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
      metricName,
    });
    const acl = new CfnWebACL(this, "Acl", {
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: seenAs("sentinelops"),
      rules: [
        {
          name: "bad-reputation",
          priority: 0,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesAmazonIpReputationList" },
          },
          visibilityConfig: seenAs("bad-reputation"),
        },
        {
          name: "flood",
          priority: 1,
          action: {
            block: {
              customResponse: { responseCode: 503, responseHeaders: [{ name: "Retry-After", value: "30" }] },
            },
          },
          statement: { rateBasedStatement: { aggregateKeyType: "IP", limit: requestsPerAddress } },
          visibilityConfig: seenAs("flood"),
        },
      ],
    });
    this.webAclArn = acl.attrArn;
  }
}
