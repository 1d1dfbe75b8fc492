/** The pages of docs/operations, as they were when this dashboard was built. */
const files = import.meta.glob<string>("../../../../docs/operations/*.md", {
  query: "?raw",
  import: "default",
  eager: true,
});

export interface Runbook {
  /** The function's, or the page's own. */
  name: string;
  /** Of a function: what a user loses without it. */
  title: string;
  /** Markdown, without the title. */
  body: string;
  ofFunction: boolean;
}

const pages = new Map(
  Object.entries(files).map(([path, text]) => {
    const name = path.slice(path.lastIndexOf("/") + 1, -".md".length);
    return [name, read(name, text)] as const;
  }),
);

/** Each of our functions has one. */
export const functionRunbooks: readonly Runbook[] = [...pages.values()].filter((page) => page.ofFunction);

export function runbookOf(name: string): Runbook | undefined {
  return pages.get(name);
}

/** Where a link of one of the pages leads in the dashboard; undefined where it leads out of them. */
export function pathOf(link: string): string | undefined {
  const name = /^([\w-]+)\.md(#|$)/.exec(link)?.[1];
  if (name === "README") return "/health";
  return name && pages.has(name) ? `/health/${name}` : undefined;
}

/** A page begins with its title; a function's then has a line that names it. */
function read(name: string, text: string): Runbook {
  const [title = "", ...lines] = text.split("\n");
  const rest = lines.join("\n").trimStart();
  const ofFunction = rest.startsWith(`\`${name}\` ·`);
  const body = ofFunction ? rest.slice(rest.indexOf("\n")) : rest;
  return { name, title: title.replace(/^# /, ""), body, ofFunction };
}
