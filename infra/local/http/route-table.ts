export type RouteMatch<T> =
  | { kind: "found"; routeKey: string; target: T; params: Record<string, string> }
  | { kind: "wrong-method"; allowed: string[] }
  | { kind: "unknown" };

interface Route<T> {
  routeKey: string;
  method: string;
  segments: string[];
  target: T;
}

/**
 * API Gateway's routes, `POST /api/alert-rules/{id}`: a literal segment goes before a parameter. HEAD is
 * answered by nobody but a route of its own.
 */
export function makeRouteTable<T>(entries: Iterable<readonly [routeKey: string, target: T]>) {
  const routes: Route<T>[] = [];
  for (const [routeKey, target] of entries) {
    const [method = "", path = ""] = routeKey.split(" ");
    routes.push({ routeKey, method, segments: path.split("/"), target });
  }
  routes.sort((a, b) => parameterCount(a) - parameterCount(b));

  return (method: string, path: string): RouteMatch<T> => {
    const segments = path.split("/");
    const fitting = routes.filter((route) => fits(route, segments));
    const route = fitting.find((candidate) => candidate.method === method);
    if (route) {
      const params = paramsOf(route, segments);
      if (params) return { kind: "found", routeKey: route.routeKey, target: route.target, params };
    }
    if (fitting.length === 0 || route) return { kind: "unknown" };
    return { kind: "wrong-method", allowed: [...new Set(fitting.map((candidate) => candidate.method))] };
  };
}

const isParameter = (segment: string) => segment.startsWith("{");
const parameterCount = (route: Route<unknown>) => route.segments.filter(isParameter).length;

function fits(route: Route<unknown>, segments: string[]): boolean {
  return (
    route.segments.length === segments.length &&
    route.segments.every((wanted, i) => (isParameter(wanted) ? segments[i] !== "" : wanted === segments[i]))
  );
}

/** Undefined where a parameter's percent-encoding is broken. */
function paramsOf(route: Route<unknown>, segments: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  try {
    route.segments.forEach((wanted, i) => {
      if (isParameter(wanted)) params[wanted.slice(1, -1)] = decodeURIComponent(segments[i] ?? "");
    });
    return params;
  } catch {
    return undefined;
  }
}
