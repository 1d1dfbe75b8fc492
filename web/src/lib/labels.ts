type Labels = Readonly<Record<string, string>>;

/** A series' name on a page: the values of the labels that tell it from its neighbours. */
export function seriesName(labels: Labels, all: readonly Labels[]): string {
  const names = Object.keys(labels);
  if (names.length === 0) return "all series";
  const telling = names.filter((name) => all.some((other) => other[name] !== labels[name]));
  const shown = telling.length > 0 ? telling : names;
  return (
    shown.map((name) => (shown.length === 1 ? labels[name] : `${name}=${labels[name]}`)).join(", ") ||
    "(empty)"
  );
}
