import { z } from "zod";
import { type Contracts, Media } from "../platform/http/contract.ts";
import {
  InvitationInput,
  InvitationList,
  InvitationMade,
  Member,
  MemberChange,
  MemberList,
  OwnSessionList,
  PeopleQuery,
  Project,
  ProjectChange,
  ProjectInput,
  ProjectList,
  Session,
  SessionSwitch,
  TenantChange,
  TenantInfo,
} from "./schemas.ts";

/** People come here by following a link, so what went wrong is said in words. */
const inWords = new Media({ "text/plain": z.string() });

export const sessionContracts = {
  "GET /session/start": {
    says: "Sign in with a link's token, and go on to the dashboard",
    query: z.object({ token: z.string().max(200) }),
    answers: { 302: null },
    refusals: inWords,
  },
  "GET /session/sign-in": {
    says: "Go to the sign-in page, and back to an address of the dashboard",
    query: z.object({
      returnTo: z.string().max(2_000).optional(),
      invitation: z.string().max(200).optional(),
    }),
    answers: { 302: null },
    refusals: inWords,
  },
  "GET /session/callback": {
    says: "Where the provider sends people back to",
    answers: { 302: null },
    refusals: inWords,
  },
  "POST /session/refresh": { says: "Renew the session's short credential", answers: { 204: null } },
  "GET /api/session": { says: "Who is signed in, and as what", answers: { 200: Session } },
  "POST /api/session/switch": {
    says: "Go to another tenant or project",
    body: SessionSwitch,
    answers: { 204: null },
  },
  "POST /api/session/end": { says: "Sign out", answers: { 204: null } },
  "POST /api/session/end-all": { says: "Sign out everywhere", answers: { 204: null } },
  "GET /api/sessions": { says: "One's own sessions", query: PeopleQuery, answers: { 200: OwnSessionList } },
  "DELETE /api/sessions/{id}": { says: "End one of one's own sessions", answers: { 204: null } },
} as const satisfies Contracts;

export const peopleContracts = {
  "GET /api/tenant": { says: "The tenant", answers: { 200: TenantInfo } },
  "PATCH /api/tenant": { says: "Rename the tenant", body: TenantChange, answers: { 200: TenantInfo } },
  "GET /api/projects": {
    says: "The projects that may be seen",
    query: PeopleQuery,
    answers: { 200: ProjectList },
  },
  "POST /api/projects": {
    says: "Make a project",
    body: ProjectInput,
    answers: { 201: Project },
    creates: true,
  },
  "PATCH /api/projects/{id}": { says: "Rename a project", body: ProjectChange, answers: { 200: Project } },
  "GET /api/members": { says: "Who belongs to the tenant", query: PeopleQuery, answers: { 200: MemberList } },
  "PATCH /api/members/{id}": {
    says: "Change the role or the projects of a member",
    body: MemberChange,
    answers: { 200: Member },
  },
  "DELETE /api/members/{id}": { says: "Remove a member", answers: { 204: null } },
  "GET /api/invitations": {
    says: "Invitations, newest first",
    query: PeopleQuery,
    answers: { 200: InvitationList },
  },
  "POST /api/invitations": {
    says: "Invite somebody; the link is in this answer and nowhere else",
    body: InvitationInput,
    answers: { 201: InvitationMade },
    creates: "secret",
  },
  "DELETE /api/invitations/{id}": { says: "Withdraw an invitation", answers: { 204: null } },
} as const satisfies Contracts;
