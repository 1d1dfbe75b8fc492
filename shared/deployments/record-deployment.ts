import { audited } from "../audit/index.ts";
import { envelop } from "../platform/bus/envelop.ts";
import type { Publish } from "../platform/bus/publish.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, Invalid } from "../platform/errors.ts";
import { derivedId } from "../platform/ids.ts";
import { chooseProject, defaultProject } from "../platform/labels/project.ts";
import type { Log } from "../platform/log.ts";
import type { DeploymentStore } from "./deployment-store.ts";
import type { Deployment, DeploymentInput } from "./schemas.ts";

export interface RecordDeps {
  deployments: DeploymentStore;
  publish: Publish;
  log: Log;
}

/** A pipeline's clock may run ahead of ours by this. */
const aheadMs = 10 * 60_000;
const oldestMs = 90 * 86_400_000;
const told = ["kind", "service", "version", "environment", "by", "link", "summary"] as const;

/**
 * Records that a service was changed, once: the same id, or without one the same change at the same time, is the
 * same deployment, and `created` is false. It belongs to the project it names, or to the one the credential is
 * narrowed to. Throws Conflict where an id comes again with another content, Forbidden where it names a project the
 * credential is not narrowed to, and Invalid where it has to name one.
 */
export async function recordDeployment(
  ctx: Ctx,
  input: DeploymentInput,
  deps: RecordDeps,
): Promise<{ deployment: Deployment; created: boolean }> {
  const deployment = toDeployment(ctx, input);
  const events = [eventOf(ctx, deployment), recordOf(ctx, deployment)];
  if ((await deps.deployments.add(ctx.tenantId, deployment, events)) === "saved") {
    await tell(ctx, deployment, events, deps);
    return { deployment, created: true };
  }
  const standing = await deps.deployments.get(ctx.tenantId, deployment.id);
  if (standing) assertSame(standing, deployment, input);
  return { deployment: standing ?? deployment, created: false };
}

function toDeployment(ctx: Ctx, input: DeploymentInput): Deployment {
  const atMs = input.at === undefined ? ctx.nowMs : Date.parse(input.at);
  if (atMs > ctx.nowMs + aheadMs || atMs < ctx.nowMs - oldestMs) {
    throw new Invalid(
      `A deployment at ${input.at} cannot be recorded; "at" lies within the last 90 days and not ahead.`,
      "at",
    );
  }
  const { kind, service, version } = input;
  const project = chooseProject(ctx, input.project, defaultProject);
  const within = project === defaultProject ? [] : [project];
  const name = input.id === undefined ? [kind, service, version, input.environment ?? "", atMs] : [input.id];
  return {
    id: derivedId("deployment", ctx.tenantId, ...within, ...name),
    externalId: input.id ?? null,
    ...{ kind, project, service, version },
    at: isoTime(atMs),
    environment: input.environment ?? null,
    by: input.by ?? null,
    link: input.link ?? null,
    summary: input.summary ?? null,
    recordedAt: isoTime(ctx.nowMs),
    recordedBy: ctx.actor,
  };
}

function assertSame(standing: Deployment, sent: Deployment, { at }: DeploymentInput): void {
  const changed = told.find((field) => standing[field] !== sent[field]);
  const field = changed ?? (at !== undefined && standing.at !== sent.at ? "at" : undefined);
  if (field === undefined) return;
  throw new Conflict(
    `Deployment "${sent.externalId ?? sent.id}" is recorded with another ${field}; a further change needs an id of its own.`,
    field,
  );
}

function eventOf(ctx: Ctx, deployment: Deployment) {
  const { id, kind, project, service, version, at, environment, by, link, summary } = deployment;
  return envelop(ctx, "deployments", {
    id: derivedId("event", "deployment.recorded.v1", id),
    type: "deployment.recorded.v1",
    data: { deploymentId: id, kind, project, service, version, at, environment, by, link, summary },
  });
}

function recordOf(ctx: Ctx, { id, service, version, ...deployment }: Deployment) {
  const { kind, project, at, environment, by, link, summary } = deployment;
  return audited(ctx, {
    did: "recorded",
    resource: { type: "deployment", id, name: `${service} ${version}` },
    after: { kind, project, service, version, at, environment, by, link, summary },
  });
}

/** What the bus refuses stays in the outbox and is sent within the minute. */
async function tell(
  ctx: Ctx,
  { id }: Deployment,
  events: Parameters<Publish>[0],
  { deployments, publish, log }: RecordDeps,
): Promise<void> {
  try {
    await publish(events);
  } catch (error) {
    log.error("a deployment's event stays in the outbox", { error, deploymentId: id, traceId: ctx.traceId });
    return;
  }
  await deployments.settle(ctx.tenantId, id, events);
}
