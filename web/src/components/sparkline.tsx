import "./sparkline.css";

const width = 200;

interface SparklineProps {
  values: readonly (number | null)[];
  height: number;
  label: string;
}

/** The shape of a series from its first point on, without axes; gaps stay gaps. */
export function Sparkline({ values: all, height, label }: SparklineProps) {
  const values = all.slice(all.findIndex((value) => value !== null));
  const known = values.filter((value) => value !== null);
  const top = Math.max(...known);
  const bottom = Math.min(...known, top * 0.7);
  const spread = top - bottom || 1;
  const x = (index: number) => ((index / Math.max(1, values.length - 1)) * width).toFixed(2);
  const y = (value: number) => (height - 2 - ((value - bottom) / spread) * (height - 4)).toFixed(2);

  const runs: string[][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    if (index === 0 || values[index - 1] === null) runs.push([]);
    runs.at(-1)?.push(`${x(index)} ${y(value)}`);
  });
  const line = runs.map((run) => `M${run.join("L")}`).join("");
  const area = runs
    .map(
      (run) => `M${run.join("L")}L${run.at(-1)?.split(" ")[0]} ${height}L${run[0]?.split(" ")[0]} ${height}Z`,
    )
    .join("");
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path className="sparkline-area" d={area} />
      <path className="sparkline-line" d={line} />
    </svg>
  );
}
