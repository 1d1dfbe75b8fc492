import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { acknowledge } from "./acknowledge.ts";

/** The private bucket of models that functions fit and ask. One that nobody has fitted anew for so long is gone. */
export function modelsBucket(scope: Construct, { removalPolicy }: Choices): IBucket {
  // CDK's own types disagree here under exactOptionalPropertyTypes.
  const bucket = new Bucket(scope, "Models", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [{ expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(30) }],
    removalPolicy: removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  }) as IBucket;
  acknowledge(
    bucket,
    "S1",
    "Two functions read and write it by their own roles, and CloudTrail says who else ever did.",
  );
  return bucket;
}
