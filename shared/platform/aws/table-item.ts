import { outboxAttributes } from "./table-outbox.ts";

/** Where an item lies inside its tenant; the tenant prefix is added here and nowhere else. */
export interface Key {
  pk: string;
  sk: string;
}
export type Item = Key & Record<string, unknown>;

export const tenantPrefix = (tenantId: string) => `TENANT#${tenantId}#`;

export function rawKey(tenantId: string, key: Key): Key {
  return { pk: tenantPrefix(tenantId) + key.pk, sk: key.sk };
}

export function rawIndexKeys(tenantId: string, item: Item): Record<string, unknown> {
  const gsi1pk = item["gsi1pk"];
  return typeof gsi1pk === "string" ? { gsi1pk: tenantPrefix(tenantId) + gsi1pk } : {};
}

export function rawItem(tenantId: string, item: Item): Record<string, unknown> {
  return { ...item, ...rawKey(tenantId, item), ...rawIndexKeys(tenantId, item) };
}

export function splitKey(row: Record<string, unknown>): { tenantId: string; key: Key } {
  const [, tenantId = "", ...rest] = String(row["pk"]).split("#");
  return { tenantId, key: { pk: rest.join("#"), sk: String(row["sk"]) } };
}

/** The item as a store knows it: no tenant prefix, no outbox. */
export function plainItem(row: Record<string, unknown>): Item {
  const item: Item = { ...splitKey(row).key };
  for (const [name, value] of Object.entries(row)) {
    if (name === "pk" || name === "sk" || outboxAttributes.test(name)) continue;
    item[name] = name === "gsi1pk" ? String(value).split("#").slice(2).join("#") : value;
  }
  return item;
}
