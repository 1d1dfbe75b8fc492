import type { ReactNode } from "react";
import "./stats.css";

/** A few telling numbers side by side. */
export function Stats({ children }: { children: ReactNode }) {
  return <dl className="stats">{children}</dl>;
}

export function Stat({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {note && <span className="unit">{note}</span>}
      </dd>
    </div>
  );
}
