import { useCallback, useState } from "react";
import type { ChartProps } from "./chart-model.ts";
import { Chart } from "./charted.tsx";
import { Legend } from "./legend.tsx";

/** A chart with its legend: values under the cursor, hover to single out, press to hide. */
export function ExploredChart(props: Omit<ChartProps, "onCursor" | "focused" | "hidden">) {
  const [at, setAt] = useState<number | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (key: string) =>
      setHidden((before) => {
        const after = new Set(before);
        if (!after.delete(key)) after.add(key);
        return after;
      }),
    [],
  );
  return (
    <figure>
      <Chart {...props} onCursor={setAt} focused={focused} hidden={hidden} />
      <figcaption className="sr-only">{props.label}</figcaption>
      <Legend
        series={props.series}
        timesMs={props.timesMs}
        unit={props.unit}
        at={at}
        hidden={hidden}
        onToggle={toggle}
        onFocus={setFocused}
      />
    </figure>
  );
}
