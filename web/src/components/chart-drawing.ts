import type uPlot from "uplot";
import type { ChartBand, ChartProps } from "./chart-model.ts";

type Color = (name: string) => string;
type Marks = Pick<ChartProps, "thresholds" | "spans" | "moments">;

/** Shades the stretches in which something fired, under the series. */
export function drawSpans(plot: uPlot, { spans = [] }: Marks, color: Color): void {
  const { ctx, bbox } = plot;
  ctx.save();
  clip(plot);
  for (const span of spans) {
    const from = plot.valToPos(span.fromMs, "x", true);
    const to = plot.valToPos(span.toMs, "x", true);
    ctx.fillStyle = color(span.severity);
    ctx.globalAlpha = 0.09;
    ctx.fillRect(from, bbox.top, Math.max(2, to - from), bbox.height);
    ctx.globalAlpha = 0.85;
    ctx.fillRect(
      from,
      bbox.top + bbox.height - 3 * devicePixelRatio,
      Math.max(2, to - from),
      3 * devicePixelRatio,
    );
  }
  ctx.restore();
}

/** The band of ordinary values as a quiet surface, the expected value as a dotted line along it; gaps stay gaps. */
export function drawBand(plot: uPlot, band: ChartBand | undefined, color: Color): void {
  if (!band) return;
  const { ctx } = plot;
  ctx.save();
  clip(plot);
  ctx.fillStyle = color("accent");
  ctx.globalAlpha = 0.13;
  for (const run of runsOf(band)) {
    ctx.beginPath();
    for (const { x, high } of run) ctx.lineTo(plot.valToPos(x, "x", true), plot.valToPos(high, "y", true));
    for (const { x, low } of run.toReversed())
      ctx.lineTo(plot.valToPos(x, "x", true), plot.valToPos(low, "y", true));
    ctx.fill();
  }
  if (band.expected) drawExpected(plot, band, color);
  ctx.restore();
}

function drawExpected(plot: uPlot, band: ChartBand, color: Color): void {
  const { ctx } = plot;
  ctx.globalAlpha = 0.8;
  ctx.strokeStyle = color("accent");
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([1.5 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const run of runsOf(band)) {
    ctx.beginPath();
    for (const { x, expected } of run)
      ctx.lineTo(plot.valToPos(x, "x", true), plot.valToPos(expected, "y", true));
    ctx.stroke();
  }
}

interface BandPoint {
  x: number;
  low: number;
  high: number;
  expected: number;
}

function runsOf({ timesMs, low, high, expected }: ChartBand): BandPoint[][] {
  const runs: BandPoint[][] = [[]];
  timesMs.forEach((x, index) => {
    const [least, most] = [low[index] ?? null, high[index] ?? null];
    const middle = expected ? (expected[index] ?? null) : least;
    if (least === null || most === null || middle === null) {
      if (runs.at(-1)?.length) runs.push([]);
    } else runs.at(-1)?.push({ x, low: least, high: most, expected: middle });
  });
  return runs.filter((run) => run.length > 1);
}

/** Thresholds as dashed lines with their severity written on them, moments as thin verticals, over the series. */
export function drawMarks(
  plot: uPlot,
  { thresholds = [], moments = [] }: Marks,
  color: Color,
  font: string,
): void {
  const { ctx, bbox } = plot;
  ctx.save();
  clip(plot);
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.font = font;
  for (const { severity, value, name } of thresholds) {
    const y = plot.valToPos(value, "y", true);
    ctx.strokeStyle = ctx.fillStyle = color(severity);
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
    ctx.textAlign = "left";
    ctx.textBaseline = y < bbox.top + 18 * devicePixelRatio ? "top" : "bottom";
    ctx.fillText(
      name ?? severity,
      bbox.left + 6 * devicePixelRatio,
      y + (ctx.textBaseline === "top" ? 3 : -3) * devicePixelRatio,
    );
  }
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const moment of moments) {
    const x = plot.valToPos(moment.atMs, "x", true);
    ctx.strokeStyle = ctx.fillStyle = color("ink");
    line(ctx, x, bbox.top, x, bbox.top + bbox.height);
    const isRight = x > bbox.left + bbox.width * 0.75;
    ctx.textAlign = isRight ? "right" : "left";
    ctx.textBaseline = "top";
    ctx.fillText(moment.name, x + (isRight ? -5 : 5) * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
  }
  ctx.restore();
}

function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
