/** As much of OpenAPI 3.1 as the page reads. */
export interface ApiDocument {
  paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation | undefined>>>>;
}

interface OpenApiOperation {
  summary?: string;
  description?: string;
  parameters?: readonly unknown[];
  requestBody?: unknown;
  responses?: Readonly<Record<string, unknown>>;
}

export interface Operation {
  method: string;
  path: string;
  summary: string;
  /** The level a credential needs; "public" = none. */
  level: string;
  shapes: { title: string; text: string }[];
}

const methods = ["get", "post", "put", "patch", "delete"] as const;

/** Every operation of the document by its path. */
export function operationsOf({ paths }: ApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [describe(method.toUpperCase(), path, operation)] : [];
    }),
  );
}

function describe(method: string, path: string, operation: OpenApiOperation): Operation {
  const { summary = "", description = "", parameters = [], requestBody, responses = {} } = operation;
  const shapes = [
    ...(parameters.length > 0 ? [{ title: "Parameters", text: pretty(parameters) }] : []),
    ...(requestBody === undefined ? [] : [{ title: "Body", text: pretty(requestBody) }]),
    ...Object.entries(responses).map(([status, answer]) => ({
      title: `Answer ${status}`,
      text: pretty(answer),
    })),
  ];
  return { method, path, summary, level: /`(\w+)`/.exec(description)?.[1] ?? "public", shapes };
}

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);
