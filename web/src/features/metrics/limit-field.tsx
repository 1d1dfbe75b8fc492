import { useEffect, useState } from "react";
import { TextField } from "../../components/field.tsx";
import { formatQuantity, unitName } from "../../lib/quantity.ts";

interface LimitFieldProps {
  limit: number | undefined;
  unit: string | null;
  /** Empty = none. */
  onLimit(text: string): void;
}

/** The value that is not to be reached; it counts on Enter or when the field is left. */
export function LimitField({ limit, unit, onLimit }: LimitFieldProps) {
  const known = limit === undefined ? "" : String(limit);
  const [text, setText] = useState(known);
  useEffect(() => setText(known), [known]);
  const typed = text.trim().replace("−", "-");
  const value = Number(typed);
  const isNumber = Number.isFinite(value);
  const commit = () => {
    if (isNumber && typed !== known) onLimit(typed === "" ? "" : String(value));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        commit();
      }}
      onBlur={commit}
    >
      <TextField
        label="Limit"
        inputMode="decimal"
        placeholder={unit === "1" ? "1" : "–"}
        value={text}
        error={isNumber ? undefined : `"${text}" is not a number.`}
        hint={typed === "" ? unitName(unit) || "Not to be reached" : `= ${formatQuantity(value, unit)}`}
        onValue={setText}
      />
    </form>
  );
}
