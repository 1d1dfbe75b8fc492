/**
 * The one family of failures a caller may see. Each is mapped to HTTP once (http/problem.ts)
 * and to retry-or-park once (lambda/queue-door.ts). Messages say what was wrong, with which value,
 * and what would be right.
 */
export class AppError extends Error {
  readonly status: number;
  readonly code: string;
  /** JSON pointer or parameter name of the offending input, where there is one. */
  readonly field: string | undefined;
  constructor(status: number, code: string, message: string, field?: string) {
    super(message);
    this.name = code;
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

export class Invalid extends AppError {
  constructor(message: string, field?: string, status: 400 | 405 | 413 | 415 | 422 = 400) {
    super(status, "invalid", message, field);
  }
}

export class Unauthenticated extends AppError {
  constructor(message: string) {
    super(401, "unauthenticated", message);
  }
}

export class Forbidden extends AppError {
  constructor(message: string) {
    super(403, "forbidden", message);
  }
}

export class NotFound extends AppError {
  constructor(what: string, id: string) {
    super(404, "not-found", `There is no ${what} "${id}".`);
  }
}

export class Conflict extends AppError {
  constructor(message: string, field?: string) {
    super(409, "conflict", message, field);
  }
}

export class LimitExceeded extends AppError {
  readonly retryAfterS: number;
  constructor(message: string, retryAfterS: number) {
    super(429, "limit-exceeded", message);
    this.retryAfterS = retryAfterS;
  }
}

/** The work could not be made durable now; every sender in the field retries 503. */
export class Unavailable extends AppError {
  readonly retryAfterS: number;
  constructor(message: string, retryAfterS = 5, cause?: unknown) {
    super(503, "unavailable", message);
    this.retryAfterS = retryAfterS;
    this.cause = cause;
  }
}
