import type { Role } from "../../../../shared/tenancy/schemas.ts";
import { SelectField } from "../../components/field.tsx";
import { useMay } from "../../lib/session.ts";
import { roles, roleWords } from "./role-words.ts";

/** The roles one may give; only owners make owners. */
export function RoleField({ role, onRole }: { role: Role; onRole(role: Role): void }) {
  const isOwner = useMay("owner");
  const offered = roles.filter((one) => one !== "owner" || isOwner || role === "owner");
  return (
    <SelectField
      label="Role"
      value={role}
      options={offered.map((value) => ({ value, label: value }))}
      hint={roleWords[role]}
      onValue={onRole}
    />
  );
}
