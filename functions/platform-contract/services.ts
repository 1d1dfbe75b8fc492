import { Unauthenticated } from "../../shared/platform/errors.ts";
import { openApiOf } from "../../shared/platform/http/open-api.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { HttpServices } from "../../shared/platform/lambda/http-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import { contracts } from "./contracts.ts";

export interface Services extends HttpServices {
  /** The API document, as JSON text. */
  document: string;
}

export const services = onColdStart(
  (): Services => ({
    log: makeLog({ function: "platform-contract" }),
    /** Its one route is public. */
    authenticate: async () => {
      throw new Unauthenticated("Nobody signs in here.");
    },
    document: JSON.stringify(openApiOf(contracts, routeAccess)),
  }),
);
