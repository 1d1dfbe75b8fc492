import { rarityWords } from "./words.ts";

const unheardOf = 12;

/** How unusual: a bar on a log scale up to one in a trillion, and the odds in words. */
export function Rarity({ score }: { score: number }) {
  return (
    <span className="rarity">
      <span>{rarityWords(score)}</span>
      <svg viewBox={`0 0 ${unheardOf} 1`} preserveAspectRatio="none" aria-hidden="true">
        <rect className="rarity-track" width={unheardOf} height="1" />
        <rect className="rarity-fill" width={Math.min(score, unheardOf)} height="1" />
      </svg>
    </span>
  );
}
