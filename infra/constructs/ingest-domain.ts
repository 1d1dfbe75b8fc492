import { Duration } from "aws-cdk-lib";
import type { IRestApi, RestApi } from "aws-cdk-lib/aws-apigateway";
import { DomainName, EndpointType, SecurityPolicy } from "aws-cdk-lib/aws-apigateway";
import { Certificate, CertificateValidation } from "aws-cdk-lib/aws-certificatemanager";
import {
  ARecord,
  Failover,
  HealthCheck,
  HealthCheckType,
  HostedZone,
  type IHostedZone,
  RecordTarget,
} from "aws-cdk-lib/aws-route53";
import { Construct } from "constructs";
import type { Choices } from "../choices.ts";
import { hostOf, retryableStage } from "./retryable-api.ts";

/** Three misses, half a minute apart: the region is left after 90 s and the name's 60 s. */
const health = { intervalS: 30, misses: 3 };

/** The one name senders know while two regions stand; undefined without a zone of ours to keep it in. */
export function ingestHostOf({ domainName, hostedZoneId, secondRegion }: Choices): string | undefined {
  return domainName && hostedZoneId && secondRegion ? `ingest.${domainName}` : undefined;
}

export function zoneOf(
  scope: Construct,
  { hostedZoneId = "", hostedZoneName, domainName = "" }: Choices,
): IHostedZone {
  return HostedZone.fromHostedZoneAttributes(scope, "Zone", {
    hostedZoneId,
    zoneName: hostedZoneName ?? domainName,
  });
}

interface IngestDomainProps {
  choices: Choices;
  api: RestApi;
  host: string;
  order: "first" | "second";
}

/** This region's side of the name senders know. Route 53 answers with the first region while it is healthy. */
export class IngestDomain extends Construct {
  constructor(scope: Construct, id: string, { choices, api, host, order }: IngestDomainProps) {
    super(scope, id);
    const zone = zoneOf(this, choices);
    const domain = new DomainName(this, "Name", {
      domainName: host,
      certificate: new Certificate(this, "Certificate", {
        domainName: host,
        validation: CertificateValidation.fromDns(zone),
      }),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      mapping: api as IRestApi,
    });
    const record = new ARecord(this, "Record", {
      zone,
      recordName: `${host}.`,
      target: RecordTarget.fromAlias({
        // CDK's own target leaves out evaluateTargetHealth, which a failover record must have.
        bind: () => ({
          dnsName: domain.domainNameAliasDomainName,
          hostedZoneId: domain.domainNameAliasHostedZoneId,
          evaluateTargetHealth: true,
        }),
      }),
      failover: order === "first" ? Failover.PRIMARY : Failover.SECONDARY,
      setIdentifier: order,
      ...(order === "first" ? { healthCheck: this.#healthCheck(api) } : {}),
    });
    record.node.addDependency(domain);
  }

  #healthCheck(api: RestApi) {
    return new HealthCheck(this, "Health", {
      type: HealthCheckType.HTTPS,
      fqdn: hostOf(api),
      resourcePath: `/${retryableStage}/v1/health`,
      requestInterval: Duration.seconds(health.intervalS),
      failureThreshold: health.misses,
    });
  }
}
