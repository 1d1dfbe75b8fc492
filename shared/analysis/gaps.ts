import { derivedId } from "../platform/ids.ts";
import { serviceLink } from "./links.ts";
import { plainWords } from "./plain-words.ts";
import type { Gap } from "./schemas.ts";
import type { Found, Scope } from "./scope.ts";

type Missed = NonNullable<Found["missed"]>[number];

/** What could not be seen, by what the sources missed and what is not known of the services. */
export function gapsOf({ incident, reach }: Scope, missed: readonly Missed[]): Gap[] {
  const all: Missed[] = [...missed];
  const target = plainWords(reach.target);
  if (incident.service === null) {
    all.push({
      what: "The alerts name no service, so the causes are looked for around their host or rule.",
      remedy: 'Send telemetry with the resource attribute "service.name", and group the rule by it.',
      link: "/alerts/rules",
    });
  }
  if (reach.topologyUnknown) {
    all.push({
      what: `Nothing is known of what ${target} calls, so every service was looked at.`,
      remedy: 'Declare its dependencies, or send its outgoing calls with the attribute "peer.service".',
      link: serviceLink(incident.project, reach.target),
    });
  }
  for (const service of reach.unmeasured.slice(0, 5)) {
    all.push({
      what: `${plainWords(service)} is called but sends no metrics of its own.`,
      remedy: "Let it send OpenTelemetry metrics, or watch it from its callers.",
      link: serviceLink(incident.project, service),
    });
  }
  if (reach.metricsLeftOut > 0) {
    all.push({
      what: `${reach.metricsLeftOut} metrics of services farther away were left out of this analysis.`,
      remedy: "Declare dependencies, so that the nearest services come first.",
      link: "/services",
    });
  }
  return all.map((gap) => ({ id: derivedId("evidence", incident.id, "gap", gap.what), ...gap }));
}
