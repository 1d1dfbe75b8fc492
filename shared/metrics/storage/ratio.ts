/** Larger denominators could imitate any double and would not be shorter than it. */
const largestDenominator = 2 ** 26;
const largestShared = 2 ** 40;

/**
 * The smallest q for which some p gives exactly p / q === value, by continued fractions; 0 where there is none.
 * Utilisations are such ratios: ticks spent over ticks elapsed.
 */
export function denominatorOf(value: number): number {
  let rest = Math.abs(value);
  let before = 1;
  let denominator = 0;
  for (let i = 0; i < 24; i++) {
    const whole = Math.floor(rest);
    const next = whole * denominator + before;
    before = denominator;
    denominator = next;
    if (!(denominator <= largestDenominator)) return 0;
    if (denominator > 0 && Math.round(value * denominator) / denominator === value) return denominator;
    if (rest === whole) return 0;
    rest = 1 / (rest - whole);
  }
  return 0;
}

/** The smallest denominator both fit; 0 where it grows too large to be one that was meant. */
export function sharedDenominator(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  const shared = (a / commonDivisor(a, b)) * b;
  return shared <= largestShared ? shared : 0;
}

export function commonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}
