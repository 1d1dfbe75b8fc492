import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
} from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import type { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { acknowledge, placeInFindings } from "./acknowledge.ts";
import { ourLogGroup } from "./log-group.ts";
import type { StackKey } from "./stack-key.ts";

/** The private bucket of the dashboard's files. */
export function dashboardBucket(scope: Construct, { removalPolicy }: Choices): IBucket {
  // CDK's own types disagree here under exactOptionalPropertyTypes.
  const bucket = new Bucket(scope, "Files", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
    removalPolicy: removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  }) as IBucket;
  acknowledge(
    bucket,
    "S1",
    "It holds the dashboard's public files alone, which CloudFront hands to anybody who asks.",
  );
  return bucket;
}

/** Hashed files may be kept for ever and stay for pages still open; the page itself is asked for each time. */
export function uploadDashboard(
  scope: Construct,
  bucket: IBucket,
  filesDir: string,
  log: { choices: Choices; key: StackKey },
): void {
  const logGroup = ourLogGroup(scope, "UploadLogs", log);
  const upload = (id: string, exclude: string[], cacheControl: string) =>
    new BucketDeployment(scope, id, {
      sources: [Source.asset(filesDir, { exclude })],
      destinationBucket: bucket,
      prune: false,
      logGroup,
      cacheControl: [CacheControl.fromString(cacheControl)],
    });
  const assets = upload("Assets", ["*", "!assets", "!assets/**"], "public, max-age=31536000, immutable");
  upload("Page", ["assets"], "no-cache").node.addDependency(assets);
  acknowledgeUpload(assets, bucket);
}

/** CDK's own function that copies the files during a deployment. */
function acknowledgeUpload({ handlerRole }: BucketDeployment, bucket: IBucket): void {
  const uploader = handlerRole.node.scope ?? handlerRole;
  acknowledge(
    uploader,
    "L1",
    "CDK brings this function and names its runtime; it runs while a deployment does.",
  );
  acknowledge(
    handlerRole,
    "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
    "CDK brings this role for its upload function, which writes its log by AWS's own policy.",
  );
  const { node } = bucket;
  const files = `<${Stack.of(bucket).getLogicalId(node.defaultChild as CfnBucket)}.Arn>/*`;
  const { partition, region, account } = placeInFindings(bucket);
  const assets = `arn:${partition}:s3:::cdk-hnb659fds-assets-${account}-${region}/*`;
  const findings = [
    ...["Abort*", "DeleteObject*", "GetBucket*", "GetObject*", "List*"].map(
      (action) => `Action::s3:${action}`,
    ),
    ...[files, assets].map((resource) => `Resource::${resource}`),
  ];
  for (const finding of findings) {
    acknowledge(
      handlerRole,
      `IAM5[${finding}]`,
      "CDK's upload function reads the deployment's assets and writes the dashboard's bucket, and no other.",
    );
  }
}
