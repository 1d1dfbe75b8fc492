import type { Adapter, AdapterPayload } from "oidc-provider";
import { z } from "zod";
import { nowMs } from "../../../shared/platform/clock.ts";
import type { DataDir } from "../data-dir.ts";

interface Item {
  payload: AdapterPayload;
  untilMs: number;
}

const Lasting = z.record(z.string(), z.object({ payload: z.looseObject({}), untilMs: z.number() }));

/** What a session of the dashboard rests on for days; all else of the provider is over in minutes. */
const lastingModels = ["Grant", "RefreshToken"];
const file = "signed-in.json";
const mostKept = 10_000;

export type Kept = ReturnType<typeof openKept>;

/**
 * Where the provider keeps who is signed in and who is about to be. What sessions of the dashboard rest on lies in
 * a file of the data folder and outlives a restart; sign-ins that are under way are in memory, and begin again.
 */
export function openKept(dataDir: Pick<DataDir, "readFile" | "writeFile">) {
  const lasting = new Map<string, Item>(Object.entries(dataDir.readFile(file, Lasting) ?? {}));
  const passing = new Map<string, Item>();
  const shelfOf = (model: string) => (lastingModels.includes(model) ? lasting : passing);

  const read = (shelf: Map<string, Item>, key: string): AdapterPayload | undefined => {
    const found = shelf.get(key);
    if (found && found.untilMs > nowMs()) return found.payload;
    shelf.delete(key);
    return undefined;
  };
  const put = (shelf: Map<string, Item>, key: string, item: Item) => {
    shelf.set(key, item);
    const [oldest] = shelf.keys();
    if (shelf.size > mostKept && oldest !== undefined) shelf.delete(oldest);
    if (shelf === lasting) write();
  };
  const removeWhere = (fits: (payload: AdapterPayload) => boolean) => {
    for (const shelf of [passing, lasting]) {
      for (const [key, { payload }] of shelf) if (fits(payload)) shelf.delete(key);
    }
    write();
  };
  const write = () => {
    for (const key of lasting.keys()) read(lasting, key);
    dataDir.writeFile(file, Object.fromEntries(lasting));
  };

  const adapter = (model: string): Adapter => {
    const shelf = shelfOf(model);
    const keyOf = (id: string) => `${model}:${id}`;
    return {
      async upsert(id, payload, expiresInS = 60) {
        put(shelf, keyOf(id), { payload, untilMs: nowMs() + expiresInS * 1000 });
      },
      find: async (id) => read(shelf, keyOf(id)),
      async findByUid(uid) {
        const payloads = [...shelf.keys()].map((key) => read(shelf, key));
        return payloads.find((payload) => payload?.kind === model && payload.uid === uid);
      },
      findByUserCode: async () => undefined,
      async consume(id) {
        const item = shelf.get(keyOf(id));
        if (!item) return;
        const consumed = Math.floor(nowMs() / 1000);
        put(shelf, keyOf(id), { ...item, payload: { ...item.payload, consumed } });
      },
      async destroy(id) {
        if (shelf.delete(keyOf(id)) && shelf === lasting) write();
      },
      revokeByGrantId: async (grantId) => removeWhere((payload) => payload.grantId === grantId),
    };
  };

  return {
    adapter,
    /** Whatever rests on the account's sign-ins so far is worth nothing from here on. */
    withdraw(subject: string): void {
      removeWhere((payload) => payload.accountId === subject || signedInAs(payload) === subject);
    },
  };
}

/** Whose password was right in a sign-in that is still under way. */
function signedInAs({ result }: AdapterPayload): unknown {
  return (result?.["login"] as { accountId?: string } | undefined)?.accountId;
}
