/**
 * Credentials and people must be found before their tenant is known, so they and the list of tenants live under
 * a tenant of the platform's own; a tenant's id always begins with `ten_`, so none can be it.
 */
export const platformTenant = "platform";
