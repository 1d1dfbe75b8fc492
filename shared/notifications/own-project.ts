import type { Ctx } from "../platform/context.ts";
import { Forbidden, NotFound } from "../platform/errors.ts";
import { maySeeProject } from "../platform/labels/project.ts";

/** A channel or a route; null = the whole tenant's. */
interface Owned {
  id: string;
  name: string;
  project: string | null;
}

/** What is the whole tenant's may be seen by all of it: routes of every project may lead to such a channel. */
export function isSeenBy(work: Pick<Ctx, "projects">, { project }: Pick<Owned, "project">): boolean {
  return project === null || maySeeProject(work, project);
}

/** Throws NotFound for another project's. */
export function requireSeen<T extends Owned>(ctx: Ctx, what: string, thing: T): T {
  if (!isSeenBy(ctx, thing)) throw new NotFound(what, thing.id);
  return thing;
}

/** Throws NotFound for another project's, and Forbidden where who is narrowed asks for the whole tenant's. */
export function requireOwn<T extends Owned>(ctx: Ctx, what: string, thing: T): T {
  requireSeen(ctx, what, thing);
  if (thing.project !== null || !ctx.projects) return thing;
  throw new Forbidden(
    `The ${what} "${thing.name}" is the whole tenant's; who is narrowed to ${ctx.projects.join(", ")} may see it, but not change, delete or test it.`,
  );
}

/** A project's channel hears of that project's incidents alone, and by that project's routes. */
export function mayHear({ project }: Pick<Owned, "project">, of: string | null): boolean {
  return project === null || project === of;
}
