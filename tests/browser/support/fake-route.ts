import type { z } from "zod";
import type { FakeApi } from "./fake-api.ts";

export interface FakeRequest {
  params: string[];
  query: URLSearchParams;
  body: unknown;
}

/** What a fake route says instead of an answer. */
export class FakeProblem extends Error {
  readonly status: number;
  readonly field: string | undefined;
  constructor(status: number, detail: string, field?: string) {
    super(detail);
    this.status = status;
    this.field = field;
  }
}

export interface FakeRoute {
  /** `GET /api/alerts/*`: a star takes one segment. */
  key: string;
  /** The contract every answer is held to. */
  answers: z.ZodType;
  serve(api: FakeApi, request: FakeRequest): unknown;
}

export const page = <T>(items: T[]) => ({ items, cursor: null });

/** A page of a list, its cursor the index of the next item. */
export function paged<T>(items: T[], query: URLSearchParams, size = Number(query.get("limit") ?? 50)) {
  const start = Number(query.get("cursor") ?? 0);
  const end = start + size;
  return { items: items.slice(start, end), cursor: end < items.length ? String(end) : null };
}

export function find<T extends { id: string }>(items: T[], id: string | undefined, what: string): T {
  const found = items.find((item) => item.id === id);
  if (!found) throw new FakeProblem(404, `There is no ${what} "${id}".`);
  return found;
}

/** The body as the contract wants it, or a problem that names the field, as the real API does. */
export function read<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.join(".") ?? "";
  throw new FakeProblem(400, `The body is not as it should be at "${path}": ${issue?.message}.`, path);
}
