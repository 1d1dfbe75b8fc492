/**
 * Where to go after the sign-in: a path of our own, or the first page. Anything that a browser may read as
 * another origin (a scheme, `//host`, `/\host`, control characters) is the first page.
 */
export function safeReturnPath(asked: string | undefined): string {
  if (!asked || asked.length > 2_000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(asked)) return "/";
  const base = "https://own.invalid";
  if (!URL.canParse(asked, base)) return "/";
  const url = new URL(asked, base);
  if (url.origin !== base || url.pathname.startsWith("//") || url.pathname.startsWith("/session/"))
    return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}
