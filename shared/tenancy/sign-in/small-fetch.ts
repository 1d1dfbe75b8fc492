/** What a provider says of itself, its keys and its tokens takes a few KB. */
const mostBytes = 65_536;

/**
 * `fetch` for what an installation's sign-in provider answers: redirects are handed back and not followed, and an
 * answer beyond 64 KB ends in a TypeError, as a broken connection does, with no more of it read than that.
 */
export function smallFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const answer = await fetch(input, { ...init, redirect: "manual" });
    const bytes = await readSmall(answer);
    const { status, headers } = answer;
    return new Response(bytes.length > 0 ? bytes : null, { status, headers });
  };
}

async function readSmall({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new TypeError(`The answer is larger than ${mostBytes} bytes.`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
