/** RFC 9457 problem details as the API sends them, or what stood in their place when no answer came. */
export class Problem extends Error {
  /** HTTP status; 0 where no answer came at all. */
  readonly status: number;
  readonly title: string;
  /** Dotted path of the offending input, where the server named one. */
  readonly field: string | undefined;
  readonly requestId: string | undefined;

  constructor(facts: { status: number; title: string; detail: string; field?: string; requestId?: string }) {
    super(facts.detail);
    this.name = "Problem";
    this.status = facts.status;
    this.title = facts.title;
    this.field = facts.field;
    this.requestId = facts.requestId;
  }
}

/** Any thrown thing as a Problem, so that a page has one way to show it. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem({ status: 0, title: "The dashboard failed", detail });
}

/** Reads a failed answer; a body that is not problem details (a proxy's page, say) is replaced by plain words. */
export async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const facts = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const text = (key: string) => (typeof facts[key] === "string" ? (facts[key] as string) : undefined);
  const field = text("field");
  const requestId = text("requestId") ?? response.headers.get("x-request-id") ?? undefined;
  return new Problem({
    status: response.status,
    title: text("title") ?? "The request failed",
    detail: text("detail") ?? `The server answered ${response.status} without saying why.`,
    ...(field === undefined ? {} : { field }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

export const unreachable = (): Problem =>
  new Problem({
    status: 0,
    title: "No connection",
    detail: "SentinelOps could not be reached. Check your network, or that it is still running.",
  });
