import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useShownTheme } from "../lib/theme.ts";
import "./chart.css";
import type { ChartProps } from "./chart-model.ts";
import { chartOptions } from "./chart-options.ts";

/** Lines over time. Drag across it to zoom in; the drawing is remade only when its series or the theme change. */
export default function TimeChart(props: ChartProps) {
  const { series, timesMs, label, height, focused = null, hidden } = props;
  const theme = useShownTheme();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const keys = series.map((one) => one.key).join("\n");
  const hasBand = props.band !== undefined;

  // A new theme, other series or a band where none was need a new drawing.
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const made = new uPlot(
      chartOptions(() => latest.current, element.clientWidth),
      dataOf(latest.current),
      element,
    );
    plot.current = made;
    const resize = new ResizeObserver(() => {
      if (element.clientWidth > 0)
        made.setSize({ width: element.clientWidth, height: latest.current.height });
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [keys, theme, height, hasBand]);

  // Thresholds, spans and ends are read from `latest` while drawing.
  useEffect(() => {
    plot.current?.setData(dataOf(latest.current));
  }, [
    timesMs,
    series,
    props.thresholds,
    props.spans,
    props.moments,
    props.band,
    props.fromMs,
    props.toMs,
    props.unit,
  ]);

  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    series.forEach(({ key }, index) => {
      const show = !hidden?.has(key);
      if (made.series[index + 1]?.show !== show) made.setSeries(index + 1, { show });
    });
    const at = series.findIndex((one) => one.key === focused);
    made.setSeries(at < 0 ? null : at + 1, { focus: true });
  }, [series, focused, hidden]);

  return <div className="chart" ref={holder} style={{ height }} role="img" aria-label={label} />;
}

function dataOf({ timesMs, series }: ChartProps): uPlot.AlignedData {
  return [[...timesMs], ...series.map((one) => [...one.values])];
}
