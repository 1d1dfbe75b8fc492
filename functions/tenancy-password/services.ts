import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { endSignIns } from "../../shared/tenancy/account-store.ts";

export const services = onColdStart(() => ({
  log: makeLog({ function: "tenancy-password" }),
  endSignIns,
}));
export type Services = ReturnType<typeof services>;
