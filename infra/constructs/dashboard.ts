import { Duration, Fn } from "aws-cdk-lib";
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
import { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { acknowledge } from "./acknowledge.ts";
import { dashboardBucket, uploadDashboard } from "./dashboard-files.ts";
import { zoneOf } from "./ingest-domain.ts";
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
    const bucket = dashboardBucket(this, choices);
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
    uploadDashboard(this, bucket, props.filesDir, { choices, key });
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
