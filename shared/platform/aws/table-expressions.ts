/** A write either happened or lost to another writer; losing is an outcome, not an error. */
export type Saved = "saved" | "lost";

export interface Guard {
  /** The item must not exist yet, or be retired with all it owed told: its row may outlive the process that took it back. */
  absent?: true;
  /** The item's `version` must be this. */
  version?: number;
  /** The item must be absent or its `version` lower: a late writer does not undo a newer one. */
  below?: number;
  /** The item must be absent or have expired by this second, though its row may still be there. */
  expiredBy?: number;
  /** The item must owe no events: a debt is not removed before it is paid. */
  settled?: true;
  /** The item must be retired and owe no events. */
  retired?: true;
}

/** The expression parts of a DynamoDB write. */
export interface Expressions {
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

export function condition(guard: Guard): Expressions {
  if (guard.absent) {
    return {
      ConditionExpression: "attribute_not_exists(pk) OR (retired = :yes AND attribute_not_exists(outboxPk))",
      ExpressionAttributeValues: { ":yes": true },
    };
  }
  if (guard.version !== undefined) {
    return {
      ConditionExpression: "#version = :expected",
      ExpressionAttributeNames: { "#version": "version" },
      ExpressionAttributeValues: { ":expected": guard.version },
    };
  }
  if (guard.below !== undefined) {
    return {
      ConditionExpression: "attribute_not_exists(pk) OR #version < :limit",
      ExpressionAttributeNames: { "#version": "version" },
      ExpressionAttributeValues: { ":limit": guard.below },
    };
  }
  if (guard.expiredBy !== undefined) {
    return {
      ConditionExpression: "attribute_not_exists(pk) OR expiresAt <= :expiry",
      ExpressionAttributeValues: { ":expiry": guard.expiredBy },
    };
  }
  if (guard.retired) {
    return {
      ConditionExpression: "retired = :yes AND attribute_not_exists(outboxPk)",
      ExpressionAttributeValues: { ":yes": true },
    };
  }
  if (guard.settled) return { ConditionExpression: "attribute_not_exists(outboxPk)" };
  return {};
}

/** Sets attributes, undefined removes one; what `once` holds is set only where the item has none yet. */
export function setAndRemove(
  attributes: Record<string, unknown>,
  once: Record<string, unknown>,
  guard: Guard,
): Expressions {
  const guarded = condition(guard);
  const names: Record<string, string> = { ...guarded.ExpressionAttributeNames };
  const values: Record<string, unknown> = { ...guarded.ExpressionAttributeValues };
  const sets: string[] = [];
  const removes: string[] = [];
  Object.entries(attributes).forEach(([name, value], i) => {
    names[`#n${i}`] = name;
    if (value === undefined) removes.push(`#n${i}`);
    else {
      values[`:v${i}`] = value;
      sets.push(`#n${i} = :v${i}`);
    }
  });
  Object.entries(once).forEach(([name, value], i) => {
    names[`#o${i}`] = name;
    values[`:o${i}`] = value;
    sets.push(`#o${i} = if_not_exists(#o${i}, :o${i})`);
  });
  const parts = [
    sets.length > 0 ? `SET ${sets.join(", ")}` : "",
    removes.length > 0 ? `REMOVE ${removes.join(", ")}` : "",
  ];
  return {
    ...guarded,
    UpdateExpression: parts.filter(Boolean).join(" "),
    ExpressionAttributeNames: names,
    ...(sets.length > 0 || guarded.ExpressionAttributeValues ? { ExpressionAttributeValues: values } : {}),
  };
}

/** Adds to numeric attributes and sets others. */
export function addAndSet(amounts: Record<string, number>, set: Record<string, unknown>): Expressions {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const adds = Object.entries(amounts).map(([name, amount], i) => {
    names[`#a${i}`] = name;
    values[`:a${i}`] = amount;
    return `#a${i} :a${i}`;
  });
  const sets = Object.entries(set).map(([name, value], i) => {
    names[`#s${i}`] = name;
    values[`:s${i}`] = value;
    return `#s${i} = :s${i}`;
  });
  return {
    UpdateExpression: `ADD ${adds.join(", ")}${sets.length > 0 ? ` SET ${sets.join(", ")}` : ""}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** Adds and sets as `addAndSet` does, on condition that no amount ends above its limit. */
export function addWithin(
  amounts: Record<string, number>,
  limits: Record<string, number>,
  set: Record<string, unknown>,
): Expressions {
  const {
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
    ...rest
  } = addAndSet(amounts, set);
  const conditions = Object.entries(limits).map(([name, limit], i) => {
    const room = limit - (amounts[name] ?? 0);
    names[`#l${i}`] = name;
    values[`:l${i}`] = room;
    // An absent counter stands at 0, and a comparison with it never holds.
    return room >= 0 ? `(attribute_not_exists(#l${i}) OR #l${i} <= :l${i})` : `#l${i} <= :l${i}`;
  });
  return {
    ...rest,
    ConditionExpression: conditions.join(" AND "),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** What a bucket that drains by itself is asked for; amounts are the time they take to drain. */
export interface Pour {
  nowMs: number;
  amountMs: number;
  /** So much may stand in it. */
  capacityMs: number;
  /** DynamoDB's TTL: an empty bucket need not be remembered. */
  expiresAt: number;
}

/** Pours into a bucket that is not empty, or into one that is: one of the two holds for any bucket with room. */
export function pour(
  { nowMs, amountMs, capacityMs, expiresAt }: Pour,
  into: "filled" | "empty",
): Expressions {
  const names = { "#full": "fullUntilMs", "#used": "usedAtMs", "#ttl": "expiresAt" };
  const common = { ":now": nowMs, ":ttl": expiresAt };
  if (into === "filled") {
    return {
      UpdateExpression: "SET #full = #full + :amount, #used = :now, #ttl = :ttl",
      ConditionExpression: "#full > :now AND #full <= :room",
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...common, ":amount": amountMs, ":room": nowMs + capacityMs - amountMs },
    };
  }
  return {
    UpdateExpression: "SET #full = :level, #used = :now, #ttl = :ttl",
    ConditionExpression: "attribute_not_exists(#full) OR #full <= :now",
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ...common, ":level": nowMs + amountMs },
  };
}
