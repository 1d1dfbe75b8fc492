import { z } from "zod";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { Unauthenticated } from "../platform/errors.ts";
import { hashFits, mintCredential, parseCredential } from "./credential.ts";
import { platformTenant } from "./platform-tenant.ts";

const LinkTarget = z.object({ personId: z.string(), tenantId: z.string() });
/** Whom a sign-in link signs in, and where. */
export type LinkTarget = z.infer<typeof LinkTarget>;

const StoredLink = LinkTarget.extend({
  hash: z.string(),
  expiresAtMs: z.int(),
  reusable: z.boolean(),
  version: z.int(),
});

const linkKey = (id: string) => ({ pk: `SIGNIN#${id}`, sk: "SIGNIN" });

/** Links that sign one person in without a provider: the laptop's own, and a new tenant's first. */
export function makeSignInLinkStore(table: TenantTable) {
  return {
    /** The text for `/session/start?token=…`. A link that is not reusable works once. */
    async issue(
      target: LinkTarget,
      options: { reusable: boolean; lifetimeMs: number; nowMs: number },
    ): Promise<string> {
      const { id, hash, text } = mintCredential("signin");
      const expiresAtMs = options.nowMs + options.lifetimeMs;
      const item = {
        ...linkKey(id),
        ...target,
        expiresAtMs,
        expiresAt: Math.ceil(expiresAtMs / 1000),
        hash,
        reusable: options.reusable,
        version: 1,
      };
      await table.put(platformTenant, item, { absent: true });
      return text;
    },

    /** Throws Unauthenticated, with one text for every way to be wrong. */
    async redeem(token: string, nowMs: number): Promise<LinkTarget> {
      const refused = new Unauthenticated(
        "This sign-in link is not valid any more; ask for a new one, or take the newest from the terminal that runs SentinelOps.",
      );
      const given = parseCredential(token);
      if (given?.kind !== "signin") throw refused;
      const item = await table.get(platformTenant, linkKey(given.id));
      const link = StoredLink.safeParse(item).data;
      if (!hashFits(given.hash, link?.hash) || !link || link.expiresAtMs <= nowMs) throw refused;
      if (!link.reusable) {
        const next = { ...linkKey(given.id), version: 2 };
        if ((await table.save(platformTenant, next, [], { version: 1 })) === "lost") throw refused;
      }
      return { personId: link.personId, tenantId: link.tenantId };
    },
  };
}
