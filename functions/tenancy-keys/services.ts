import { z } from "zod";
import type { KeyDeps, ReadKeyDeps } from "../../shared/keys/index.ts";
import {
  LimitsEnv,
  makeBucketStore,
  quotaOf,
  readLimits,
  requestServices,
} from "../../shared/limits/index.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeAuthenticate, makeTenantStore } from "../../shared/tenancy/index.ts";
import { makeProjectStore } from "../../shared/tenancy/project-store.ts";
import { requireProjects } from "../../shared/tenancy/projects.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  ...LimitsEnv.shape,
  BUS_NAME: z.string(),
  /** "1" on the laptop. */
  LOCAL: z.string().default(""),
});

export interface Services extends HttpServices, KeyDeps, ReadKeyDeps {}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const log = makeLog({ function: "tenancy-keys" });
  const client = makeTableClient();
  const requests = new TenantTable(client, env.TABLE_REQUESTS);
  const publish = makePublish(makeEventBridgeClient(), env.BUS_NAME);
  const table = new TenantTable(client, env.TABLE_TENANCY).telling({ publish, log });
  const projects = makeProjectStore(table);
  return {
    log,
    authenticate: makeAuthenticate({ table }),
    ...requestServices(requests, env.LIMITS, log),
    tenants: makeTenantStore(table),
    requireProject: (tenantId, projectId) =>
      requireProjects(tenantId, [projectId], { projects }, "projectId"),
    buckets: makeBucketStore(requests),
    environment: env.LOCAL === "1" ? "local" : "live",
    maxKeys: quotaOf(readLimits(env.LIMITS), "api-keys"),
  };
});
