/** What a browser does of HTTP, without the pages: keeps cookies by path, follows redirects, sends forms. */
export interface JarAnswer {
  status: number;
  url: string;
  /** Where it leads, for who stays. */
  location: string | undefined;
  text: string;
  json<T>(): T;
}
interface Ask {
  method?: string;
  json?: unknown;
  form?: Record<string, string>;
  headers?: Record<string, string>;
  /** Stays at the first answer. */
  stay?: boolean;
}
interface Cookie {
  name: string;
  value: string;
  path: string;
}

export class CookieJar {
  #cookies: Cookie[] = [];

  cookie(name: string): string | undefined {
    return this.#cookies.find((cookie) => cookie.name === name)?.value;
  }

  set(name: string, value: string, path = "/"): void {
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (value !== "") this.#cookies.push({ name, value, path });
  }

  /** A second browser that has stolen this one's cookies. */
  copy(): CookieJar {
    const copy = new CookieJar();
    copy.#cookies = [...this.#cookies];
    return copy;
  }

  header(url: URL): string {
    return this.#cookies
      .filter(({ path }) => url.pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }

  async ask(address: string, ask: Ask = {}): Promise<JarAnswer> {
    let url = new URL(address);
    let { method = "GET" } = ask;
    let body = ask.form ? new URLSearchParams(ask.form).toString() : undefined;
    if (ask.json !== undefined) body = JSON.stringify(ask.json);
    for (let hops = 0; hops < 10; hops++) {
      const answer = await fetch(url, {
        method,
        redirect: "manual",
        headers: {
          cookie: this.header(url),
          ...(method === "GET" ? {} : { origin: url.origin }),
          ...(ask.form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
          ...ask.headers,
        },
        ...(body === undefined || method === "GET" ? {} : { body }),
      });
      for (const line of answer.headers.getSetCookie()) this.#keep(line);
      const text = await answer.text();
      const location = answer.headers.get("location");
      if (!location || ask.stay) {
        const leadsTo = location === null ? undefined : new URL(location, url).href;
        return {
          status: answer.status,
          url: url.href,
          location: leadsTo,
          text,
          json: <T>() => JSON.parse(text) as T,
        };
      }
      url = new URL(location, url);
      method = "GET";
      body = undefined;
    }
    throw new Error(`${address} leads in circles.`);
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split(/;\s*/);
    const cut = pair.indexOf("=");
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? "/";
    const isOver = attributes.some(
      (attribute) => /^max-age=0$/i.test(attribute) || /^expires=thu, 01 jan 1970/i.test(attribute),
    );
    this.set(pair.slice(0, cut), isOver ? "" : pair.slice(cut + 1), path);
  }
}

/** Fills in the sign-in page of the laptop and sends it. */
export async function signInWith(
  jar: CookieJar,
  start: string,
  form: Record<string, string>,
): Promise<JarAnswer> {
  const page = await jar.ask(start);
  const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1];
  if (!action) throw new Error(`${page.url} is no sign-in page (${page.status}): ${page.text}`);
  return jar.ask(new URL(action, page.url).href, { method: "POST", form });
}
