import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { Choices } from "../choices.ts";

const logPrefix = "access-logs/";

/** The private bucket of models that functions fit and ask. One that nobody has fitted anew for so long is gone. */
export function modelsBucket(scope: Construct, { removalPolicy, emulator }: Choices): IBucket {
  // Emulators lack what a bucket is made with; services say nothing of forests where it is not there.
  if (emulator) return Bucket.fromBucketName(scope, "Models", "models");
  // CDK's own types disagree here under exactOptionalPropertyTypes.
  return new Bucket(scope, "Models", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    versioned: true,
    serverAccessLogsPrefix: logPrefix,
    lifecycleRules: [
      { expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(30) },
      { prefix: logPrefix, expiration: Duration.days(30), noncurrentVersionExpiration: Duration.days(1) },
    ],
    removalPolicy: removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  }) as IBucket;
}
