import { beforeAll, describe, expect, test } from "@jest/globals";
import { contentSecurityPolicy } from "../../infra/constructs/security-headers.ts";
import { topology } from "../../infra/topology/index.ts";
import { type Resource, synthesize } from "./synth.ts";

let resources: Resource[];
beforeAll(() => {
  resources = synthesize()["SentinelOps"] ?? [];
});
const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
const config = () => ofType("AWS::CloudFront::Distribution")[0]?.Properties.DistributionConfig;

test("S-23: no other origin is allowed anything: neither an API nor the edge knows of CORS", () => {
  const inAnswers = [
    ...ofType("AWS::ApiGateway::GatewayResponse").map(
      ({ Properties }) => Properties.ResponseParameters ?? {},
    ),
    ...ofType("AWS::CloudFront::ResponseHeadersPolicy").map(
      ({ Properties }) => Properties.ResponseHeadersPolicyConfig,
    ),
  ];

  expect(ofType("AWS::ApiGatewayV2::Api").filter(({ Properties }) => Properties.CorsConfiguration)).toEqual(
    [],
  );
  expect(JSON.stringify(inAnswers)).not.toMatch(/access-control-allow|CorsConfig/i);
  expect(
    [...ofType("AWS::ApiGateway::Method"), ...ofType("AWS::ApiGatewayV2::Route")].filter(({ Properties }) =>
      /^(OPTIONS|ANY)\b/.test(Properties.HttpMethod ?? Properties.RouteKey),
    ),
  ).toEqual([]);
});

describe("S-68: the edge", () => {
  const headersOf = () =>
    ofType("AWS::CloudFront::ResponseHeadersPolicy")[0]?.Properties.ResponseHeadersPolicyConfig
      .SecurityHeadersConfig;

  test("every answer carries HSTS, nosniff, no referrer, no frame, and the laptop's own policy", () => {
    expect(headersOf()).toEqual({
      StrictTransportSecurity: {
        AccessControlMaxAgeSec: 31_536_000,
        IncludeSubdomains: true,
        Override: true,
      },
      ContentTypeOptions: { Override: true },
      ReferrerPolicy: { ReferrerPolicy: "no-referrer", Override: true },
      FrameOptions: { FrameOption: "DENY", Override: true },
      ContentSecurityPolicy: { ContentSecurityPolicy: contentSecurityPolicy, Override: true },
    });
    const { DefaultCacheBehavior, CacheBehaviors } = config();
    for (const behavior of [DefaultCacheBehavior, ...CacheBehaviors]) {
      expect(behavior.ResponseHeadersPolicyId).toBeDefined();
      expect(behavior.ViewerProtocolPolicy).toMatch(/https/);
    }
  });

  test("hashed files are kept for ever, the page is asked for each time, and neither removes the old", () => {
    const uploads = ofType("Custom::CDKBucketDeployment").map(({ Properties }) => ({
      cache: Properties.SystemMetadata["cache-control"],
      prune: Properties.Prune,
    }));

    expect(uploads).toEqual([
      { cache: "public, max-age=31536000, immutable", prune: false },
      { cache: "no-cache", prune: false },
    ]);
  });

  test("the API is behind the dashboard's own host, and none of its answers is kept", () => {
    const paths = config().CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern);

    expect(paths).toEqual(
      expect.arrayContaining(["/api/*", "/session/*", "/ws", "/v1/*", "/v1/metrics", "/api/ingest/metrics"]),
    );
    expect(paths.indexOf("/api/ingest/metrics")).toBeLessThan(paths.indexOf("/api/*"));
    for (const { CachePolicyId } of config().CacheBehaviors) {
      expect(CachePolicyId).toBe("4135ea2d-6df8-44a3-9df3-4b5a84be39ad");
    }
    for (const { ErrorCachingMinTTL, ResponseCode } of config().CustomErrorResponses) {
      expect([ErrorCachingMinTTL, ResponseCode]).toEqual([0, undefined]);
    }
  });

  test("an address without a file ending is the page, and a file is itself", () => {
    const code = ofType("AWS::CloudFront::Function").find(({ id }) => id.includes("PageAddresses"))
      ?.Properties.FunctionCode;
    const rewrite = new Function("event", `${code}; return handler(event).uri;`) as (event: object) => string;
    const served = (uri: string) => rewrite({ request: { uri } });

    expect(["/", "/incidents/inc_1", "/assets/index-a1.js", "/favicon.svg"].map(served)).toEqual([
      "/index.html",
      "/index.html",
      "/assets/index-a1.js",
      "/favicon.svg",
    ]);
  });
});

describe("R-10: what the gateway itself answers to telemetry senders", () => {
  const answers = () =>
    new Map(
      ofType("AWS::ApiGateway::GatewayResponse").map(({ Properties }) => [
        Properties.ResponseType,
        Properties,
      ]),
    );

  test.each(["THROTTLED", "QUOTA_EXCEEDED", "DEFAULT_5XX"])("%s is 503 with Retry-After", (type) => {
    expect(answers().get(type)).toMatchObject({
      StatusCode: "503",
      ResponseParameters: { "gatewayresponse.header.Retry-After": expect.stringMatching(/^'\d+'$/) },
    });
  });

  test("every route that takes telemetry is behind it, and no HTTP API has one", () => {
    const takesTelemetry = topology.flatMap(({ trigger }) =>
      trigger.kind === "http" && trigger.gateway !== "retryable" ? trigger.routes : [],
    );

    expect(takesTelemetry.filter((route) => /^POST \/(v1|api\/ingest)\//.test(route))).toEqual([]);
  });

  test("a flood that AWS WAF stops hears it too", () => {
    const [acl] = Object.values(
      synthesize({ waf: "true" })["SentinelOps-Firewall"]?.filter(
        ({ Type }) => Type === "AWS::WAFv2::WebACL",
      ) ?? [],
    );

    expect(acl?.Properties.Rules[1].Action.Block.CustomResponse).toMatchObject({
      ResponseCode: 503,
      ResponseHeaders: [{ Name: "Retry-After" }],
    });
  });
});
