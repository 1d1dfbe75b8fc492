import { type Confirmed, userPoolDoor } from "../../shared/platform/lambda/user-pool-door.ts";
import { endSignInsOfOldPassword } from "../../shared/tenancy/end-sign-ins.ts";
import { type Services, services } from "./services.ts";

export const onConfirmed = (confirmed: Confirmed, { endSignIns }: Services): Promise<void> =>
  endSignInsOfOldPassword(confirmed, { endSignIns });

export const handler = userPoolDoor({ services, confirmed: onConfirmed });
