/** A number with its unit, split so that a page can set the unit smaller. */
export interface Quantity {
  number: string;
  unit: string;
}

const none: Quantity = { number: "–", unit: "" };

/** A value as people read it: bytes in GB, seconds in ms, ratios of utilisation in %. Units are UCUM as in OpenTelemetry. */
export function quantity(value: number | null | undefined, unit: string | null): Quantity {
  if (value === null || value === undefined || Number.isNaN(value)) return none;
  if (!Number.isFinite(value)) return { number: value > 0 ? "∞" : "−∞", unit: "" };
  const [base = "", per] = splitRate(unit ?? "");
  const scaled = scale(value, base);
  const suffix = per === undefined ? "" : `/${per}`;
  return { number: scaled.number, unit: `${scaled.unit}${suffix}` };
}

export function formatQuantity(value: number | null | undefined, unit: string | null): string {
  const { number, unit: shown } = quantity(value, unit);
  return shown === "" ? number : `${number} ${shown}`;
}

/** What a unit is called on a page: `By` → `bytes`, `1` → `ratio`, `{request}` → `requests`. */
export function unitName(unit: string | null): string {
  if (unit === null || unit === "") return "";
  const [base = "", per] = splitRate(unit);
  const named = names[base] ?? counted(base);
  return per === undefined ? named : `${named}/${per}`;
}

const names: Record<string, string> = {
  "1": "ratio",
  By: "bytes",
  s: "seconds",
  ms: "ms",
  us: "µs",
  Cel: "°C",
};

/** UCUM's annotations name what is counted, in the singular: `{query}` → `queries`. */
function counted(unit: string): string {
  const thing = /^\{(.+)\}$/.exec(unit)?.[1];
  if (thing === undefined) return unit;
  return thing.endsWith("s") ? thing : thing.endsWith("y") ? `${thing.slice(0, -1)}ies` : `${thing}s`;
}

function splitRate(unit: string): [string, string | undefined] {
  const cut = unit.lastIndexOf("/");
  return cut > 0 ? [unit.slice(0, cut), unit.slice(cut + 1)] : [unit, undefined];
}

function scale(value: number, unit: string): Quantity {
  switch (unit) {
    case "By":
      return step(value, 1_000, ["B", "kB", "MB", "GB", "TB", "PB"]);
    case "KiBy":
    case "MiBy":
    case "GiBy":
      return { number: plain(value), unit: unit.replace("By", "B") };
    case "1":
      return { number: plain(value * 100), unit: "%" };
    case "%":
      return { number: plain(value), unit: "%" };
    case "s":
      return time(value);
    case "ms":
      return time(value / 1e3);
    case "us":
      return time(value / 1e6);
    case "ns":
      return time(value / 1e9);
    case "Cel":
      return { number: plain(value), unit: "°C" };
    default: {
      const { number, unit: prefix } = step(value, 1_000, ["", "k", "M", "G", "T"]);
      return { number: `${number}${prefix && ` ${prefix}`}`, unit: counted(unit) };
    }
  }
}

function time(seconds: number): Quantity {
  const size = Math.abs(seconds);
  if (size === 0) return { number: "0", unit: "s" };
  if (size < 1e-3) return { number: plain(seconds * 1e6), unit: "µs" };
  if (size < 1) return { number: plain(seconds * 1e3), unit: "ms" };
  if (size < 120) return { number: plain(seconds), unit: "s" };
  if (size < 7_200) return { number: plain(seconds / 60), unit: "min" };
  if (size < 172_800) return { number: plain(seconds / 3_600), unit: "h" };
  return { number: plain(seconds / 86_400), unit: "d" };
}

function step(value: number, base: number, prefixes: readonly string[]): Quantity {
  let scaled = value;
  let index = 0;
  while (Math.abs(scaled) >= base && index < prefixes.length - 1) {
    scaled /= base;
    index += 1;
  }
  return { number: plain(scaled), unit: prefixes[index] ?? "" };
}

/** Three significant digits, whole numbers kept whole, a true minus sign. */
function plain(value: number): string {
  const size = Math.abs(value);
  const text =
    size >= 100 || value === 0
      ? value.toLocaleString("en", { maximumFractionDigits: 0 })
      : size >= 0.001
        ? Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 6 })
        : value.toExponential(1);
  return text.replace("-", "−");
}
