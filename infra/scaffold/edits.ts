/** Puts a row at the end of a domain's list. */
export function addRow(source: string, row: string): string {
  return replaceOnce(source, /\n\];\s*$/, () => `\n${row}];\n`, "a list of rows that ends with ];");
}

export function newTopologyFile(domain: string, row: string): string {
  return `import type { FunctionRow } from "./row.ts";\n\nexport const ${domain}: FunctionRow[] = [\n${row}];\n`;
}

/** Makes the rows of a new domain part of the topology. */
export function addTopologyFile(index: string, domain: string): string {
  const imported = `import { ${domain} } from "./${domain}.ts";\n${index}`;
  return replaceOnce(imported, /\n\];\s*$/, () => `\n  ...${domain},\n];\n`, "the list of domains");
}

/** Declares who may call a new route: reading for GET, operating for what changes something. */
export function addRouteAccess(permissions: string, route: string): string {
  if (permissions.includes(`"${route}":`)) throw new Error(`The route "${route}" is declared already.`);
  const access = route.startsWith("GET ") ? "read" : "operate";
  return replaceOnce(
    permissions,
    /\n\} as const satisfies/,
    () => `\n  "${route}": "${access}",\n} as const satisfies`,
    "routeAccess",
  );
}

function replaceOnce(source: string, pattern: RegExp, replacement: () => string, what: string): string {
  if (!pattern.test(source)) throw new Error(`The file to extend does not hold ${what}; add it by hand.`);
  return source.replace(pattern, replacement);
}
