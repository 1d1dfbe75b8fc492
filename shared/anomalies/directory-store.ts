import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import type { Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { defaultProject } from "../platform/labels/project.ts";
import type { WatchedService } from "./watched-service.ts";

/** Which block a series is kept in, and which services are watched as a whole. */
export interface Directory {
  version: number;
  /** Series ids by block, in the order they came. */
  blocks: string[][];
  services: WatchedService[];
}

const Body = z.object({
  blocks: z.array(z.array(z.string())),
  /** Those of the default project, by name. */
  services: z.array(z.string()),
  /** Those of the others, by project and name. */
  ofProjects: z.array(z.tuple([z.string(), z.string()])).default([]),
});

export type DirectoryStore = ReturnType<typeof makeDirectoryStore>;

const key = { pk: "DIRECTORY", sk: "SERIES" };
const mostBytes = 4 * 1024 * 1024;

/** One small item for each tenant, written only when a series comes that was never seen. */
export function makeDirectoryStore(table: TenantTable) {
  return {
    async load(tenantId: string): Promise<Directory> {
      const item = await table.get(tenantId, key);
      if (!item) return { version: 0, blocks: [], services: [] };
      const packed = z.instanceof(Uint8Array).parse(item["data"]);
      const text = inflateRawSync(packed, { maxOutputLength: mostBytes }).toString();
      const { blocks, services, ofProjects } = Body.parse(JSON.parse(text));
      return {
        version: z.int().parse(item["version"]),
        blocks,
        services: [
          ...services.map((service) => ({ project: defaultProject, service })),
          ...ofProjects.map(([project, service]) => ({ project, service })),
        ],
      };
    },

    /** "lost" = somebody changed it since it was loaded. */
    save(tenantId: string, { version, blocks, services }: Directory): Promise<Saved> {
      const own = services.filter(({ project }) => project === defaultProject);
      const others = services.filter(({ project }) => project !== defaultProject);
      const body: z.infer<typeof Body> = {
        blocks,
        services: own.map(({ service }) => service),
        ofProjects: others.map(({ project, service }) => [project, service]),
      };
      const data = deflateRawSync(JSON.stringify(body));
      const guard = version === 0 ? { absent: true as const } : { version };
      return table.put(tenantId, { ...key, version: version + 1, data }, guard);
    },
  };
}
