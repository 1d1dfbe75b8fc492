import type { Labels } from "../../events/alerts.ts";

/** Labels by which telemetry names its own service, the host it runs on, and the other end of a call. */
const serviceLabels = ["service.name", "service"] as const;
const hostLabels = ["host.name", "host", "k8s.node.name", "node", "instance"] as const;
const peerLabels = ["peer.service", "service.peer.name", "upstream", "target", "dependency"] as const;
const callerLabels = ["source_service", "source_workload"] as const;
const calleeLabels = ["destination_service_name", "destination_service", "destination_workload"] as const;
/** Only what a client measures names the callee here; at a server it is the server itself. */
const addressLabel = "server.address";

export interface Call {
  caller: string;
  callee: string;
}

export function serviceOf(labels: Labels): string | null {
  return first(labels, serviceLabels);
}

export function hostOf(labels: Labels): string | null {
  return first(labels, hostLabels);
}

/** The label that names the service of such a series, so that a matcher can ask for it. */
export function serviceLabelOf(labels: Labels): string | undefined {
  return serviceLabels.find((name) => labels[name]) ?? hostLabels.find((name) => labels[name]);
}

/** What stands for the thing a series measures: its service, else its host. */
export function entityOf(labels: Labels): string | null {
  return serviceOf(labels) ?? hostOf(labels);
}

/** The label that names the other end of the call that such a series measures. */
export function peerLabelOf(metric: string, labels: Labels): string | undefined {
  const named = [...peerLabels, ...calleeLabels].find((name) => labels[name]);
  return named ?? (isClientSide(metric) && labels[addressLabel] ? addressLabel : undefined);
}

/** Who calls whom, where a series measures a call; the other end of a server's metric is its caller. */
export function callOf(metric: string, labels: Labels): Call | undefined {
  const source = first(labels, callerLabels);
  const destination = first(labels, calleeLabels);
  if (source && destination) return differing({ caller: source, callee: destination });
  const service = serviceOf(labels);
  const peerLabel = peerLabelOf(metric, labels);
  const peer = peerLabel && labels[peerLabel];
  if (!service || !peer) return undefined;
  return differing(
    isServerSide(metric) ? { caller: peer, callee: service } : { caller: service, callee: peer },
  );
}

const isServerSide = (metric: string) => /(^|[._])server([._]|$)/.test(metric);
const isClientSide = (metric: string) => /(^|[._])client([._]|$)/.test(metric);

function differing(call: Call): Call | undefined {
  return call.caller === call.callee ? undefined : call;
}

function first(labels: Labels, names: readonly string[]): string | null {
  for (const name of names) if (labels[name]) return labels[name];
  return null;
}
