import { counterLookbackMs, type KindPoints } from "./rate.ts";
import type { Windows } from "./windows.ts";

/** A piece of SQL that is safe as it stands; nothing else may be put into a statement. */
export interface Sql {
  readonly text: string;
}

/**
 * SQL with its values put in: text becomes a quoted literal, whole numbers stand as they are, and pieces of SQL
 * are kept. The one place where foreign text meets a statement; Timestream has no bound parameters.
 */
export function sql(parts: TemplateStringsArray, ...values: readonly (string | number | Sql)[]): Sql {
  const text = parts.reduce((all, part, i) => {
    const value = values[i];
    return value === undefined ? all + part : all + part + rendered(value);
  }, "");
  return { text };
}

export function identifier(name: string): Sql {
  return { text: `"${name.replaceAll('"', '""')}"` };
}

export function list(values: readonly string[]): Sql {
  return { text: values.map(rendered).join(", ") };
}

function rendered(value: string | number | Sql): string {
  if (typeof value === "object") return value.text;
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  if (!Number.isSafeInteger(value))
    throw new TypeError(`${value} is no whole number and has no place in SQL.`);
  return String(value);
}

export interface Source {
  database: string;
  table: string;
  tenantId: string;
  metric: string;
  /** null = every series of the metric; the caller sorts out. */
  seriesIds: readonly string[] | null;
}

/** Measure names of a point and of what did not fit its `detail`. */
export const pointMeasure = "point";

/** Every part of every point with fromMs <= time < toMs, a point's parts in order. */
export function pointsStatement(source: Source, fromMs: number, toMs: number, limit: number): string {
  return sql`SELECT series_id, to_milliseconds(time), measure_name, value, start_ms, detail
FROM ${tableOf(source)}
WHERE ${where(source)} AND time >= from_milliseconds(${fromMs}) AND time < from_milliseconds(${toMs})
ORDER BY series_id, time, measure_name
LIMIT ${limit}`.text;
}

/** One row a series and window: index, count, sum, min, max, newest value, increase. */
export function windowsStatement(source: Source, windows: Windows, kind: KindPoints["series"]): string {
  const { fromMs, toMs, widthMs, count } = windows;
  const endMs = Math.min(toMs, fromMs + widthMs * count);
  return sql`SELECT series_id,
  CAST(ceiling((to_milliseconds(time) - ${fromMs}) / CAST(${widthMs} AS DOUBLE)) AS BIGINT) - 1 AS window,
  count(value), sum(value), min(value), max(value), max_by(value, time), sum(increase)
FROM (
  SELECT series_id, time, value, ${increaseOf(kind)} AS increase
  FROM (
    SELECT series_id, time, value,
      lag(value) OVER (PARTITION BY series_id ORDER BY time) AS before,
      lag(to_milliseconds(time)) OVER (PARTITION BY series_id ORDER BY time) AS before_ms
    FROM ${tableOf(source)}
    WHERE ${where(source)} AND measure_name = ${pointMeasure} AND detail NOT IN ('NaN', 'Infinity', '-Infinity')
      AND time > from_milliseconds(${fromMs - counterLookbackMs}) AND time <= from_milliseconds(${endMs})
  )
)
WHERE time > from_milliseconds(${fromMs})
GROUP BY 1, 2`.text;
}

/** The same rule as increasesOf in rate.ts. */
function increaseOf({ type, temporality, monotonic }: KindPoints["series"]): Sql {
  if (temporality === "delta") return sql`value`;
  const restarts = type !== "sum" || monotonic ? sql`WHEN value < before THEN value ` : sql``;
  return sql`CASE WHEN before IS NULL OR to_milliseconds(time) - before_ms > ${counterLookbackMs} THEN NULL ${restarts}ELSE value - before END`;
}

function tableOf({ database, table }: Source): Sql {
  return sql`${identifier(database)}.${identifier(table)}`;
}

function where({ tenantId, metric, seriesIds }: Source): Sql {
  const series = seriesIds === null ? sql`` : sql` AND series_id IN (${list(seriesIds)})`;
  return sql`tenant_id = ${tenantId} AND metric = ${metric}${series}`;
}
