import { Role, roleLevels, roleSays, routeAccess, Scope, scopeLevels } from "../../shared/tenancy/schemas.ts";

/** docs/permissions.md: the table of routes × roles × key scopes, as the code enforces it. */
export function permissionsPage(): string {
  const roles = Role.options.toReversed();
  const holders = [
    ...roles.map((role) => ({ name: role, levels: roleLevels[role] as readonly string[] })),
    ...Scope.options.map((scope) => ({
      name: `key: ${scope}`,
      levels: scopeLevels[scope] as readonly string[],
    })),
  ];
  const rows = Object.entries(routeAccess).map(([route, access]) => {
    const cells = holders.map(({ levels }) =>
      access === "public" ? "open" : levels.includes(access) ? "yes" : "",
    );
    return `| \`${route}\` | ${access} | ${cells.join(" | ")} |`;
  });
  return [
    "# Who may do what",
    "",
    "Made by `npm run docs` from `shared/tenancy/permissions.ts` and `shared/tenancy/roles.ts`, which are the only authority:",
    "a route without a row is refused by the compiler and by the router.",
    "",
    "A person has one role in each tenant:",
    "",
    ...roles.map((role) => `- **${role}** ${roleSays[role]}`),
    "",
    "A person or an API key can be narrowed to projects: whatever belongs to another project is then as if it",
    "did not exist. Notification channels and routes that belong to the whole tenant can be seen, and led to, by who is",
    "narrowed, and changed by who is not. An API key has the scopes it was made with, and each is good for itself alone.",
    "",
    `| route | needs | ${holders.map(({ name }) => name).join(" | ")} |`,
    `|---|---|${holders.map(() => "---|").join("")}`,
    ...rows,
    "",
    "The WebSocket (`/ws`) needs `read`.",
    "",
  ].join("\n");
}
