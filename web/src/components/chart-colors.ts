const seriesColors = 8;

/** Which of the eight colours a series gets; from the ninth on they come again, dashed. */
export function seriesLook(index: number): { color: number; dashed: boolean } {
  return { color: (index % seriesColors) + 1, dashed: index >= seriesColors };
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
