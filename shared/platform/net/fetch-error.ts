/**
 * Why nothing came back: we refused to ask, the way there or back failed, or time ran out.
 * `message` may be shown to a tenant. It is the same for an address that is refused, closed or filtered, so
 * nobody can map a network with it. `detail` says which it was and belongs in our own log alone.
 */
export class FetchError extends Error {
  readonly kind: "refused" | "transport" | "timed-out";
  readonly detail: string;

  constructor(kind: FetchError["kind"], detail: string, message = "The address could not be reached.") {
    super(message);
    this.name = "FetchError";
    this.kind = kind;
    this.detail = detail;
  }
}
