import { lazy, Suspense } from "react";
import type { ChartProps } from "./chart-model.ts";
import { SkeletonBlock } from "./states.tsx";

const TimeChart = lazy(() => import("./time-chart.tsx"));

/** A chart whose drawing code comes when the first chart does; its place is kept meanwhile. */
export function Chart(props: ChartProps) {
  return (
    <Suspense fallback={<SkeletonBlock height={props.height} />}>
      <TimeChart {...props} />
    </Suspense>
  );
}
