import { type ByteReader, type ByteWriter, malformed } from "../codec/byte-stream.ts";
import { readNumbers, writeNumbers } from "../codec/number-column.ts";
import { denominatorOf } from "./ratio.ts";
import { isWritable, readWholes, writeWholes } from "./whole-column.ts";

/**
 * The values of one series over time, exact to the bit, in the first form that fits: one constant; numerators over
 * denominators the pack shares; whole numbers of a decimal unit; numerators over denominators of their own; or
 * doubles as they are.
 */
const forms = { constant: 0, wholes: 1, ratios: 2, plain: 3, fractions: 4 } as const;

/** How a whole number makes the value: over a power of ten, or times one (sources do either, and it differs). */
const units = [
  (whole: number) => whole,
  ...[1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e9].map((power) => (whole: number) => whole / power),
  ...[1e-3, 1e-6, 1e-9].map((power) => (whole: number) => whole * power),
] as const;
const perUnit = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e9, 1e3, 1e6, 1e9] as const;

export function writeValues(writer: ByteWriter, values: Float64Array, denominators?: Float64Array): void {
  const first = values[0] ?? 0;
  if (values.every((value) => Object.is(value, first))) {
    writer.byte(forms.constant);
    writeNumbers(writer, Float64Array.of(first));
    return;
  }
  const numerators = denominators && numeratorsOf(values, denominators);
  if (numerators) {
    writer.byte(forms.ratios);
    writeWholes(writer, numerators);
    return;
  }
  const found = wholesOf(values);
  if (found) {
    writer.byte(forms.wholes);
    writer.byte(found.unit);
    writeWholes(writer, found.wholes);
    return;
  }
  const own = denominatorsOf(values);
  const parts = own && numeratorsOf(values, own);
  if (parts) {
    writer.byte(forms.fractions);
    writeWholes(writer, own);
    writeWholes(writer, parts);
    return;
  }
  writer.byte(forms.plain);
  writeNumbers(writer, values, { of: new Uint32Array(values.length), count: 1 });
}

export function readValues(reader: ByteReader, count: number, denominators?: Float64Array): Float64Array {
  const form = reader.byte();
  switch (form) {
    case forms.constant:
      return new Float64Array(count).fill(readNumbers(reader, 1)[0] ?? 0);
    case forms.ratios: {
      const numerators = readWholes(reader, count);
      return numerators.map((numerator, i) => numerator / (denominators?.[i] ?? 1));
    }
    case forms.fractions: {
      const own = readWholes(reader, count);
      return readWholes(reader, count).map((numerator, i) => numerator / (own[i] ?? 1));
    }
    case forms.wholes: {
      const unit = units[reader.byte()];
      if (!unit) throw malformed("a series is in an unknown unit");
      return readWholes(reader, count).map(unit);
    }
    case forms.plain:
      return readNumbers(reader, count, { of: new Uint32Array(count), count: 1 });
    default:
      throw malformed(`a series is written in form ${form}`);
  }
}

/** The values as whole numbers of the one decimal unit that makes each of them exactly. */
export function wholesOf(values: Float64Array): { unit: number; wholes: Float64Array } | undefined {
  const wholes = new Float64Array(values.length);
  let unit = 0;
  let i = 0;
  while (i < values.length) {
    const value = values[i] ?? 0;
    const whole = Math.round(value * (perUnit[unit] ?? 1));
    if (isWritable(whole) && Object.is(units[unit]?.(whole), value)) wholes[i++] = whole;
    else {
      unit++;
      i = 0;
      if (unit === units.length) return undefined;
    }
  }
  return { unit, wholes };
}

function denominatorsOf(values: Float64Array): Float64Array | undefined {
  const denominators = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    denominators[i] = denominatorOf(values[i] ?? 0);
    if (denominators[i] === 0) return undefined;
  }
  return denominators;
}

function numeratorsOf(values: Float64Array, denominators: Float64Array): Float64Array | undefined {
  const numerators = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const denominator = denominators[i] ?? 0;
    const numerator = Math.round(value * denominator);
    if (denominator === 0 || !isWritable(numerator)) return undefined;
    if (!Object.is(numerator / denominator, value)) return undefined;
    numerators[i] = numerator;
  }
  return numerators;
}
