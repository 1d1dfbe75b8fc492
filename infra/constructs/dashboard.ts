import { Duration, Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { HttpApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
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
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { AaaaRecord, ARecord, RecordTarget } from "aws-cdk-lib/aws-route53";
import { CloudFrontTarget } from "aws-cdk-lib/aws-route53-targets";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
} from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { acknowledge, placeInFindings } from "./acknowledge.ts";
import { zoneOf } from "./ingest-domain.ts";
import { ourLogGroup } from "./log-group.ts";
import { hostOf, retryableStage } from "./retryable-api.ts";
import { contentSecurityPolicy } from "./security-headers.ts";
import type { StackKey } from "./stack-key.ts";

interface DashboardProps {
  choices: Choices;
  key: StackKey;
  httpApi: HttpApi;
  webSocket: WebSocketStage;
  retryableApi: RestApi;
  /** Paths of the retryable API. */
  retryablePaths: readonly string[];
  /** Where senders go instead of straight to this region's API, once it can fail over to another. */
  ingestHost?: string;
  /** AWS WAF's web ACL, in us-east-1. */
  webAclArn?: string;
  /** The folder Vite built. */
  filesDir: string;
}

/** CloudFront would keep these answers for ten seconds and tell them to the next who asks. */
const errorStatuses = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/**
 * One address for all: the dashboard's files from a private bucket, and behind the same host the HTTP API and
 * the WebSocket, so that a session cookie serves the three of them and no other origin has to be allowed.
 */
export class Dashboard extends Construct {
  /** `https://…`, without a slash at the end. */
  readonly url: string;
  /** CloudFront's own name for it. */
  readonly domainName: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { choices, key, httpApi, webSocket, retryableApi } = props;
    const kept = choices.removalPolicy === "retain";
    // CDK's own types disagree here under exactOptionalPropertyTypes.
    const bucket = new Bucket(this, "Files", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
      ...(kept ? { removalPolicy: RemovalPolicy.RETAIN } : { removalPolicy: RemovalPolicy.DESTROY }),
    }) as IBucket;
    acknowledge(
      bucket,
      "S1",
      "It holds the dashboard's public files alone, which CloudFront hands to anybody who asks.",
    );
    const responseHeadersPolicy = this.#securityHeaders();
    const api = this.#throughTo(Fn.select(2, Fn.split("/", httpApi.apiEndpoint)), responseHeadersPolicy);
    const senders = props.ingestHost
      ? this.#throughTo(props.ingestHost, responseHeadersPolicy)
      : this.#throughTo(hostOf(retryableApi), responseHeadersPolicy, `/${retryableStage}`);
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
      ...domainOf(this, choices),
      ...(props.webAclArn ? { webAclId: props.webAclArn } : {}),
      errorResponses: errorStatuses.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      additionalBehaviors: {
        ...Object.fromEntries(props.retryablePaths.map((path) => [path, senders])),
        // A signal that is not taken is told 404 by its API, not the page.
        "/v1/*": senders,
        "/api/*": api,
        "/session/*": api,
        "/ws": {
          ...this.#throughTo(Fn.select(2, Fn.split("/", webSocket.api.apiEndpoint)), responseHeadersPolicy),
          functionAssociations: [this.#rewrite("WebSocketAddress", webSocketAddress(webSocket.stageName))],
        },
      },
    });
    this.#acknowledge(distribution, choices);
    this.#upload(bucket, props.filesDir, { choices, key });
    this.domainName = distribution.distributionDomainName;
    this.url = `https://${choices.domainName ?? this.domainName}`;
    if (choices.domainName && choices.hostedZoneId) pointDomain(this, choices, distribution);
  }

  #acknowledge(distribution: Distribution, { domainName, waf }: Choices): void {
    acknowledge(
      distribution,
      "CFR1",
      "People on call travel; where they may ask from is their company's to say.",
    );
    acknowledge(
      distribution,
      "CFR3",
      "CloudFront's log keeps queries, and a sign-in link's token stands there; the APIs log without them.",
    );
    if (!waf) {
      acknowledge(
        distribution,
        "CFR2",
        "A web ACL costs more than the rest of an idle installation; the choice waf puts one here.",
      );
    }
    if (!domainName) {
      acknowledge(
        distribution,
        "CFR4",
        "CloudFront's own domain has one policy, which AWS sets; with domainName it is TLS 1.2 of 2021.",
      );
    }
  }

  #throughTo(
    domainName: string,
    responseHeadersPolicy: ResponseHeadersPolicy,
    originPath = "",
  ): BehaviorOptions {
    return {
      origin: new HttpOrigin(domainName, originPath ? { originPath } : {}),
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
  #upload(bucket: IBucket, filesDir: string, log: { choices: Choices; key: StackKey }): void {
    const logGroup = ourLogGroup(this, "UploadLogs", log);
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
    acknowledgeUpload(assets, bucket);
  }
}

function domainOf(scope: Construct, { domainName, certificateArn }: Choices) {
  if (!domainName || !certificateArn) return {};
  return {
    domainNames: [domainName],
    certificate: Certificate.fromCertificateArn(scope, "Certificate", certificateArn),
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
  };
}

function pointDomain(scope: Construct, choices: Choices, distribution: Distribution): void {
  const { domainName: recordName = "" } = choices;
  const zone = zoneOf(scope, choices);
  const target = RecordTarget.fromAlias(new CloudFrontTarget(distribution));
  new ARecord(scope, "Address", { zone, recordName: `${recordName}.`, target });
  new AaaaRecord(scope, "AddressV6", { zone, recordName: `${recordName}.`, target });
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
