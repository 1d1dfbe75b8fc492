import { httpDoor } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import { renderError } from "./replies.ts";
import { routes } from "./routes.ts";
import { services } from "./services.ts";

export const handler = httpDoor({ services, routes, access: routeAccess, renderError });
