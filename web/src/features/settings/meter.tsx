import type { ReactNode } from "react";

/** How much of what may be had is used: a bar, and the amounts in words. */
export function Meter(props: { name: string; used: number; of: number; children: ReactNode }) {
  const share = props.of === 0 ? 1 : Math.min(1, props.used / props.of);
  return (
    <>
      <span className="meter-head">
        <b>{props.name}</b>
        <span className="quiet small">{props.children}</span>
      </span>
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect className="meter-track" width="100" height="1" />
        <rect className={share > 0.9 ? "meter-full" : "meter-fill"} width={100 * share} height="1" />
      </svg>
    </>
  );
}
