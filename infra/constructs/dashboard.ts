import { Duration, Fn, RemovalPolicy } from "aws-cdk-lib";
import type { HttpApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Construct } from "constructs";
import { contentSecurityPolicy } from "./security-headers.ts";

interface DashboardProps {
  httpApi: HttpApi;
  webSocket: WebSocketStage;
  /** The folder Vite built. */
  filesDir: string;
}

/**
 * One address for all: the dashboard's files from a private bucket, and behind the same host the HTTP API and
 * the WebSocket, so that a session cookie serves the three of them and no other origin has to be allowed.
 */
export class Dashboard extends Construct {
  /** `https://…`, without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { httpApi, webSocket, filesDir }: DashboardProps) {
    super(scope, id);
    // CDK's own types disagree here under exactOptionalPropertyTypes.
    const bucket = new Bucket(this, "Files", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
      removalPolicy: RemovalPolicy.RETAIN,
    }) as IBucket;
    const responseHeadersPolicy = this.#securityHeaders();
    const api = this.#throughTo(Fn.select(2, Fn.split("/", httpApi.apiEndpoint)), responseHeadersPolicy);
    const distribution = new Distribution(this, "Distribution", {
      comment: "SentinelOps",
      defaultRootObject: "index.html",
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy,
        functionAssociations: [this.#rewrite("PageAddresses", pageAddresses)],
      },
      additionalBehaviors: {
        "/api/*": api,
        "/v1/*": api,
        "/session/*": api,
        "/ws": {
          ...this.#throughTo(Fn.select(2, Fn.split("/", webSocket.api.apiEndpoint)), responseHeadersPolicy),
          functionAssociations: [this.#rewrite("WebSocketAddress", webSocketAddress(webSocket.stageName))],
        },
      },
    });
    this.#upload(bucket, filesDir);
    this.url = `https://${distribution.distributionDomainName}`;
  }

  #throughTo(domainName: string, responseHeadersPolicy: ResponseHeadersPolicy): BehaviorOptions {
    return {
      origin: new HttpOrigin(domainName),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy,
    };
  }

  #rewrite(id: string, code: string) {
    return {
      eventType: FunctionEventType.VIEWER_REQUEST,
      function: new EdgeFunction(this, id, {
        runtime: FunctionRuntime.JS_2_0,
        code: FunctionCode.fromInline(code),
      }),
    };
  }

  #securityHeaders(): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, "SecurityHeaders", {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: true,
          override: true,
        },
      },
    });
  }

  /** Hashed files may be kept for ever and stay for pages still open; the page itself is asked for each time. */
  #upload(bucket: IBucket, filesDir: string): void {
    const logGroup = new LogGroup(this, "UploadLogs", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const upload = (id: string, exclude: string[], cacheControl: string) =>
      new BucketDeployment(this, id, {
        sources: [Source.asset(filesDir, { exclude })],
        destinationBucket: bucket,
        prune: false,
        logGroup,
        cacheControl: [CacheControl.fromString(cacheControl)],
      });
    const assets = upload("Assets", ["*", "!assets", "!assets/**"], "public, max-age=31536000, immutable");
    upload("Page", ["assets"], "no-cache").node.addDependency(assets);
  }
}

/** Every address without a file ending is the single page's own. */
const pageAddresses = `function handler(event) {
  var request = event.request;
  if (!/\\.[a-z0-9]+$/i.test(request.uri)) request.uri = "/index.html";
  return request;
}`;

/** A WebSocket API is served at its stage's name and nowhere below it. */
const webSocketAddress = (stageName: string) => `function handler(event) {
  event.request.uri = "/${stageName}";
  return event.request;
}`;
