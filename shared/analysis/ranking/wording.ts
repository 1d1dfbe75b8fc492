/** A number with its unit as people read it, three digits. */
export function shown(value: number, unit: string): string {
  const digits = value.toLocaleString("en-US", { maximumSignificantDigits: 3, useGrouping: false });
  return unit === "" ? digits : unit === "%" ? `${digits} %` : `${digits} ${unit}`;
}

export const percent = (share: number): string => `${Math.round(100 * share)} %`;
