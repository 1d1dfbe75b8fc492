import type uPlot from "uplot";
import { quantity } from "../lib/quantity.ts";
import { readColors, withLooks } from "./chart-colors.ts";
import { drawBand, drawMarks, drawSpans } from "./chart-drawing.ts";
import type { ChartProps } from "./chart-model.ts";

const fontFamily = 'ui-sans-serif, system-ui, "Segoe UI", "Noto Sans", "Open Sans", sans-serif';

/** How uPlot is to draw: our colours, our units, 24-hour clock, drag to zoom. `props()` is read at each drawing. */
export function chartOptions(props: () => ChartProps, width: number): uPlot.Options {
  const color = readColors();
  const { series, height, spans = [], band } = props();
  const axis = {
    stroke: color("ink-3"),
    font: `11px ${fontFamily}`,
    grid: { stroke: color("line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    ms: 1,
    padding: [8, 26, 0, 0],
    legend: { show: false },
    focus: { alpha: 0.2 },
    cursor: {
      y: false,
      points: { size: 7, width: 1.5 },
      drag: { x: true, y: false, setScale: false },
      focus: { prox: -1 },
    },
    scales: {
      x: { time: true, range: () => xRange(props()) },
      y: { range: (_, min, max) => yRange(props(), min, max) },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 70, size: 28, gap: 8, values: clockLabels },
      {
        ...axis,
        size: 62,
        gap: 8,
        space: 36,
        values: (_, splits) => splits.map((value) => axisLabel(value, props().unit)),
      },
    ],
    series: [
      {},
      ...withLooks(series).map((one) => ({
        label: one.key,
        stroke: color(`series-${one.color}`),
        width: 1.75,
        points: { show: isLonely },
        ...(one.dashed ? { dash: [5, 4] } : {}),
        ...(series.length === 1 && spans.length === 0 && !band
          ? { fill: `color-mix(in srgb, ${color("series-1")} 9%, transparent)` }
          : {}),
      })),
    ],
    hooks: {
      drawClear: [
        (plot) => {
          drawSpans(plot, props(), color);
          drawBand(plot, props().band, color);
        },
      ],
      draw: [(plot) => drawMarks(plot, props(), color, `600 ${11 * devicePixelRatio}px ${fontFamily}`)],
      setCursor: [(plot) => props().onCursor?.(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select;
          if (selected < 5) return;
          props().onZoom?.(
            Math.round(plot.posToVal(left, "x")),
            Math.round(plot.posToVal(left + selected, "x")),
          );
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** Short units stand at every line; a word would push the number off, and stands in the legend anyway. */
function axisLabel(value: number, unit: string | null): string {
  const shown = quantity(value, unit);
  return shown.unit === "" || shown.unit.length > 4 ? shown.number : `${shown.number} ${shown.unit}`;
}

/** A point without neighbours has no line; then it is drawn as a point. */
function isLonely(plot: uPlot, seriesIdx: number): boolean {
  const values = plot.data[seriesIdx] ?? [];
  let known = 0;
  for (const value of values) if (value !== null && value !== undefined) known += 1;
  return known < 3;
}

function xRange({ timesMs, fromMs, toMs }: ChartProps): [number, number] {
  const from = fromMs ?? timesMs[0] ?? Date.now() - 3_600_000;
  const to = toMs ?? timesMs.at(-1) ?? Date.now();
  return [from, Math.max(to, from + 1_000)];
}

/** Room for thresholds and the band too; from zero unless that would flatten what there is to see. */
function yRange(
  { thresholds = [], band }: ChartProps,
  dataMin: number | null,
  dataMax: number | null,
): [number, number] {
  const marks = [
    ...thresholds.map((threshold) => threshold.value),
    ...(band ? [...band.low, ...band.high].filter((value) => value !== null) : []),
  ];
  const min = Math.min(...marks, dataMin ?? (marks.length > 0 ? (marks[0] ?? 0) : 0));
  const max = Math.max(...marks, dataMax ?? (marks.length > 0 ? (marks[0] ?? 1) : 1));
  if (min === max) return min === 0 ? [0, 1] : [Math.min(0, min * 1.2), Math.max(0, max * 1.2)];
  const pad = (max - min) * 0.08;
  const fromZero = min >= 0 && min < max * 0.75;
  return [fromZero ? 0 : min - pad, max + pad];
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exact = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

function clockLabels(_: uPlot, splits: number[]): string[] {
  const stepMs = (splits[1] ?? 0) - (splits[0] ?? 0);
  return splits.map((at) => {
    if (stepMs >= 86_400_000) return day.format(at);
    if (new Date(at).getHours() === 0 && new Date(at).getMinutes() === 0 && stepMs >= 3_600_000)
      return day.format(at);
    return stepMs < 60_000 ? exact.format(at) : clock.format(at);
  });
}
