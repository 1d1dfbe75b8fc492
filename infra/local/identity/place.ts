/** Where the laptop's sign-in provider is, on the runtime's own origin. */
export const identityPath = "/idp";
export const identityClientId = "dashboard";
/** Where a person changes the password it has here. */
export const passwordPath = `${identityPath}/password`;
