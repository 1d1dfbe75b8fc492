import { quantity } from "../lib/quantity.ts";

/** A measured value with its unit set smaller. */
export function Value({ value, unit }: { value: number | null | undefined; unit: string | null }) {
  const shown = quantity(value, unit);
  return (
    <span className="truncate">
      {shown.number}
      {shown.unit !== "" && <span className="unit">{shown.unit}</span>}
    </span>
  );
}
