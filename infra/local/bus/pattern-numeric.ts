import { InvalidPattern } from "./pattern-error.ts";

type Comparison = (value: number, bound: number) => boolean;

const lower: Record<string, Comparison> = {
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};
const upper: Record<string, Comparison> = {
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
};
const single: Record<string, Comparison> = { ...lower, ...upper, "=": (value, bound) => value === bound };

/** EventBridge compares numbers within ±5 billion only. */
const limit = 5_000_000_000;

/** `["<", 10]`, `["=", 3]` or a range with its lower end first, `[">", 0, "<=", 5]`. */
export function compileNumeric(operand: unknown, path: string): (value: number) => boolean {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw new InvalidPattern(path, 'must be like ["<", 10] or [">", 0, "<=", 5]');
  }
  if (operand.length === 2) return compare(single, operand[0], operand[1], path);
  const [lowerOperator, bottom, upperOperator, top] = operand;
  const aboveBottom = compare(lower, lowerOperator, bottom, path);
  const belowTop = compare(upper, upperOperator, top, path);
  if (bottom >= top) throw new InvalidPattern(path, `must have its lower end below its upper end`);
  return (value) => aboveBottom(value) && belowTop(value);
}

function compare(
  operators: Record<string, Comparison>,
  operator: unknown,
  bound: unknown,
  path: string,
): (value: number) => boolean {
  const comparison = typeof operator === "string" ? operators[operator] : undefined;
  if (!comparison) {
    const known = Object.keys(operators).join(" ");
    throw new InvalidPattern(path, `has ${JSON.stringify(operator)} where one of ${known} belongs`);
  }
  if (typeof bound !== "number" || Math.abs(bound) > limit) {
    throw new InvalidPattern(path, `must compare with a number between -${limit} and ${limit}`);
  }
  return (value) => Math.abs(value) <= limit && comparison(value, bound);
}
