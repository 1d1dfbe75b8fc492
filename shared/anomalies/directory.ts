import { Unavailable } from "../platform/errors.ts";
import { seriesPerBlock } from "./block.ts";
import type { Directory, DirectoryStore } from "./directory-store.ts";

/** So many series of a tenant are watched, those first seen; a week of silence makes room. */
export const maxSeries = 5_000;
/** ... and so many services as a whole. */
export const maxServices = 200;

/** A directory ready to be asked. */
export interface Places {
  directory: Directory;
  byId: Map<string, number>;
  services: Set<string>;
}

const maxTries = 8;

export function placesOf(directory: Directory): Places {
  const byId = new Map<string, number>();
  directory.blocks.forEach((ids, block) => {
    for (const id of ids) byId.set(id, block);
  });
  return { directory, byId, services: new Set(directory.services) };
}

/**
 * Finds a place for every series and service, as far as there is room, and makes the new ones known. `known` is what
 * this process read last; what is in it stays true, so only the unknown cost a read.
 */
export async function findPlaces(
  tenantId: string,
  wanted: { seriesIds: readonly string[]; services: readonly string[] },
  known: Places | undefined,
  store: DirectoryStore,
): Promise<Places> {
  let places = known;
  for (let attempt = 0; attempt < maxTries; attempt++) {
    places ??= placesOf(await store.load(tenantId));
    const grown = growFor(places, wanted);
    if (!grown) return places;
    if ((await store.save(tenantId, grown)) === "saved") {
      return placesOf({ ...grown, version: grown.version + 1 });
    }
    places = undefined;
  }
  throw new Unavailable(`The directory of series was changed by others ${maxTries} times.`);
}

/** The directory with the unknown ones in it; undefined when there are none, or no room for any. */
function growFor(
  { directory, byId, services }: Places,
  wanted: { seriesIds: readonly string[]; services: readonly string[] },
): Directory | undefined {
  const room = maxSeries - byId.size;
  const newIds = [...new Set(wanted.seriesIds)].filter((id) => !byId.has(id)).slice(0, Math.max(0, room));
  const newServices = [...new Set(wanted.services)]
    .filter((service) => !services.has(service))
    .slice(0, Math.max(0, maxServices - services.size));
  if (newIds.length === 0 && newServices.length === 0) return undefined;
  const blocks = directory.blocks.map((ids) => [...ids]);
  for (const id of newIds) {
    const free = blocks.findIndex((ids) => ids.length < seriesPerBlock);
    if (free < 0) blocks.push([id]);
    else blocks[free]?.push(id);
  }
  return { ...directory, blocks, services: [...directory.services, ...newServices] };
}
