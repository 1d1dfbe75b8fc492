/** USD for a million tokens. */
interface Price {
  inputUsd: number;
  outputUsd: number;
}

/**
 * What models cost, batch, cache and priority rates left out. OpenAI's were seen in copies of its price pages of
 * 2026-03; Anthropic's are as last known and were not seen again since: check them before a decision rests on them.
 * Kept by hand: a model that is not here is counted in tokens and has no price, never a guessed one.
 */
export const pricesAsOf = "2026-03";
const prices: Readonly<Record<string, readonly [inputUsd: number, outputUsd: number]>> = {
  "gpt-5.4": [2.5, 15],
  "gpt-5.1": [1.25, 10],
  "gpt-5-pro": [15, 120],
  "gpt-5-mini": [0.25, 2],
  "gpt-5-nano": [0.05, 0.4],
  "gpt-5": [1.25, 10],
  "gpt-4.1-mini": [0.4, 1.6],
  "gpt-4.1-nano": [0.1, 0.4],
  "gpt-4.1": [2, 8],
  "gpt-4o-mini": [0.15, 0.6],
  "gpt-4o": [2.5, 10],
  "o4-mini": [1.1, 4.4],
  "o3-mini": [1.1, 4.4],
  o3: [2, 8],
  "claude-opus-4-1": [15, 75],
  "claude-sonnet-4-5": [3, 15],
  "claude-sonnet-4": [3, 15],
  "claude-haiku-4-5": [1, 5],
};
const dated = /-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/;

/** The model's price; undefined where it is not known. A vendor before the name and a date behind it do not count. */
export function priceOf(model: string): Price | undefined {
  const name = model.slice(model.lastIndexOf("/") + 1).replace(dated, "");
  const price = Object.hasOwn(prices, name) ? prices[name] : undefined;
  return price && { inputUsd: price[0], outputUsd: price[1] };
}

/** What so many tokens cost, USD; null where the price is not known. */
export function costOf(model: string, inputTokens: number, outputTokens: number): number | null {
  const price = priceOf(model);
  return price ? (inputTokens * price.inputUsd + outputTokens * price.outputUsd) / 1e6 : null;
}
