import type { ChartSeries } from "./chart-model.ts";

const seriesColors = 8;

interface Look {
  color: number;
  dashed: boolean;
}

/** Each series with one of eight colours; from the ninth on they come again, dashed. */
export function withLooks<S extends Pick<ChartSeries, "continues">>(series: readonly S[]): (S & Look)[] {
  let index = -1;
  return series.map((one) => {
    if (!one.continues) index += 1;
    const dashed = one.continues === true || index >= seriesColors;
    return { ...one, color: (Math.max(0, index) % seriesColors) + 1, dashed };
  });
}

/** Custom properties as colours a canvas understands, under the theme that is shown now. */
export function readColors(): (name: string) => string {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const known = new Map<string, string>();
  const names = ["ink", "ink-3", "line", "surface", "critical", "warning", "info", "accent"];
  for (let n = 1; n <= seriesColors; n++) names.push(`series-${n}`);
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    known.set(name, getComputedStyle(probe).color);
  }
  probe.remove();
  return (name) => known.get(name) ?? "gray";
}
