import type { Envelope } from "../../events/envelope.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, NotFound } from "../platform/errors.ts";
import type { ReadAuthority } from "./authority.ts";
import { type EndDeps, sessionEnded } from "./end-session.ts";
import type { ProjectStore } from "./project-store.ts";
import { defaultProject, type SessionSwitch } from "./schemas.ts";
import { sessionRecord } from "./session-record.ts";
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
  { sessions, readAuthority, projects }: SwitchDeps,
): Promise<void> {
  const authority = await readAuthority(tenantId, session.personId);
  if (!authority) throw new NotFound("tenant", tenantId);
  if (project !== null) {
    const allowed = authority.projects === null || authority.projects.includes(project);
    const exists = project === defaultProject || (await projects.find(tenantId, project));
    if (!allowed || !exists) throw new NotFound("project", project);
  }
  const moved = { ...session, tenantId, project };
  const events = [...recordsOf(ctx, session, moved), sessionEnded(session, "switched", ctx)];
  if ((await sessions.save(moved, events)) === "lost") {
    throw new Conflict("The session was changed by another window just now; try again.");
  }
}

/** Each tenant has its own side on record and learns nothing of the other. */
function recordsOf(ctx: Ctx, from: StoredSession, to: StoredSession): Envelope[] {
  const before = { project: from.project };
  const after = { project: to.project };
  if (from.tenantId === to.tenantId) return [sessionRecord(to, ctx, { did: "switched", before, after })];
  return [
    sessionRecord(from, ctx, { did: "left", before }),
    sessionRecord(to, ctx, { did: "entered", after }),
  ];
}
