import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { Page, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { ProjectId } from "./schemas.ts";

export const StoredProject = z.object({ projectId: ProjectId, name: z.string(), createdAtMs: z.int() });
export type StoredProject = z.infer<typeof StoredProject>;

const projectKey = (projectId: string) => ({ pk: "PROJECTS", sk: projectId });

/** The projects a tenant has beside the default one, which is always there. */
export function makeProjectStore(table: TenantTable) {
  return {
    async find(tenantId: string, projectId: string): Promise<StoredProject | undefined> {
      const item = await table.get(tenantId, projectKey(projectId));
      return item && StoredProject.parse(item);
    },

    async list(tenantId: string, limit: number, cursor?: string): Promise<Page<StoredProject>> {
      const page = await table.query(tenantId, { pk: "PROJECTS", limit, cursor, consistent: true });
      return { items: page.items.map((item) => StoredProject.parse(item)), cursor: page.cursor };
    },

    count: (tenantId: string): Promise<number> => table.count(tenantId, "PROJECTS"),

    /** "lost" = there is one of that id already. */
    create: (tenantId: string, project: StoredProject, owed: readonly Envelope[]): Promise<Saved> =>
      table.change(tenantId, { ...projectKey(project.projectId), ...project }, owed, { absent: true }),

    async save(tenantId: string, project: StoredProject, owed: readonly Envelope[]): Promise<void> {
      await table.change(tenantId, { ...projectKey(project.projectId), ...project }, owed);
    },
  };
}
export type ProjectStore = ReturnType<typeof makeProjectStore>;
