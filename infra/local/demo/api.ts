/** Asks the runtime's API with the administrator's key. Throws with the answer's own words. */
export function makeApi({ url, adminKey }: { url: string; adminKey: string }) {
  return async (method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  };
}
export type Api = ReturnType<typeof makeApi>;
