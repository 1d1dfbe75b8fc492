import type { Ctx } from "../platform/context.ts";
import { Conflict, NotFound } from "../platform/errors.ts";
import type { ReadAuthority } from "./authority.ts";
import { type EndDeps, sessionEnded } from "./end-session.ts";
import type { ProjectStore } from "./project-store.ts";
import { defaultProject, type SessionSwitch } from "./schemas.ts";
import type { StoredSession } from "./session-store.ts";

export interface SwitchDeps extends EndDeps {
  readAuthority: ReadAuthority;
  projects: ProjectStore;
}

/**
 * Moves the session to another tenant of the person, or to one project of it; its open streams are cut. A tenant
 * the person is no member of, and a project it may not see, are NotFound.
 */
export async function switchSession(
  ctx: Ctx,
  session: StoredSession,
  { tenantId, project }: SessionSwitch,
  { sessions, publish, readAuthority, projects }: SwitchDeps,
): Promise<void> {
  const authority = await readAuthority(tenantId, session.personId);
  if (!authority) throw new NotFound("tenant", tenantId);
  if (project !== null) {
    const allowed = authority.projects === null || authority.projects.includes(project);
    const exists = project === defaultProject || (await projects.find(tenantId, project));
    if (!allowed || !exists) throw new NotFound("project", project);
  }
  const events = [sessionEnded(session, "switched", ctx)];
  if ((await sessions.save({ ...session, tenantId, project }, events)) === "lost") {
    throw new Conflict("The session was changed by another window just now; try again.");
  }
  await publish(events);
  await sessions.settle(session.sessionId, events);
}
