import { Unavailable } from "../platform/errors.ts";
import { seriesPerBlock } from "./block.ts";
import type { Directory, DirectoryStore } from "./directory-store.ts";
import { vectorBlockId, type WatchedService } from "./watched-service.ts";

/** So many series of a tenant are watched, those first seen; a week of silence makes room. */
export const maxSeries = 5_000;
/** ... and so many services as a whole, as long as any of their series is. */
export const maxServices = 200;

/** A directory ready to be asked. */
export interface Places {
  directory: Directory;
  byId: Map<string, number>;
  /** The block of each service that is watched as a whole, by project and name. */
  vectors: Map<string, Map<string, string>>;
}

interface Wanted {
  seriesIds: readonly string[];
  services: readonly WatchedService[];
}

const maxTries = 8;

export function placesOf(directory: Directory): Places {
  const byId = new Map<string, number>();
  directory.blocks.forEach((ids, block) => {
    for (const id of ids) byId.set(id, block);
  });
  const vectors = new Map<string, Map<string, string>>();
  for (const watched of directory.services) {
    const own = vectors.get(watched.project) ?? new Map<string, string>();
    vectors.set(watched.project, own.set(watched.service, vectorBlockId(watched)));
  }
  return { directory, byId, vectors };
}

/**
 * Finds a place for every series and service, as far as there is room, and makes the new ones known. `known` is what
 * this process read last; what is in it stays true for a week of silence, so only the unknown cost a read.
 */
export async function findPlaces(
  tenantId: string,
  wanted: Wanted,
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
function growFor({ directory, byId, vectors }: Places, wanted: Wanted): Directory | undefined {
  const room = maxSeries - byId.size;
  const newIds = [...new Set(wanted.seriesIds)].filter((id) => !byId.has(id)).slice(0, Math.max(0, room));
  const serviceRoom = Math.max(0, maxServices - directory.services.length);
  const unknown = wanted.services.filter(({ project, service }) => !vectors.get(project)?.has(service));
  const newServices = serviceRoom > 0 ? distinct(unknown).slice(0, serviceRoom) : [];
  if (newIds.length === 0 && newServices.length === 0) return undefined;
  const blocks = directory.blocks.map((ids) => [...ids]);
  for (const id of newIds) {
    const free = blocks.findIndex((ids) => ids.length < seriesPerBlock);
    if (free < 0) blocks.push([id]);
    else blocks[free]?.push(id);
  }
  return { ...directory, blocks, services: [...directory.services, ...newServices] };
}

function distinct(services: readonly WatchedService[]): WatchedService[] {
  return [...new Map(services.map((watched) => [vectorBlockId(watched), watched])).values()];
}
