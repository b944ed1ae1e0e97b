import type { Sample } from './blocks.js';

export interface Residuals {
  values: Float64Array;
  /** what a relative lift of 1 is in the unit of the values: the outcome of a mean block without the campaign */
  unit: number;
}

/**
 * What is left of each block's outcome when the treated ones are divided by (1 + lift), and the pooled outcome per shopper, the mean of the
 * stratum and the regression on what the past would lead one to expect are taken off. If the lift is the true one, the arms cannot be told
 * apart by what is left: whichever blocks had been drawn, it would be the same.
 */
export function residualsAt(sample: Sample, lift: number): Residuals {
  const { size, treated, shoppers, outcome } = sample;
  const values = new Float64Array(size);
  let ofAll = 0;
  let people = 0;
  for (let i = 0; i < size; i += 1) {
    values[i] = treated[i] === 1 ? outcome[i]! / (1 + lift) : outcome[i]!;
    ofAll += values[i]!;
    people += shoppers[i]!;
  }
  const perShopper = ofAll / people;
  for (let i = 0; i < size; i += 1) values[i]! -= perShopper * shoppers[i]!;
  // of what the past says only the part that the number of shoppers does not say already
  const past = new Float64Array(size);
  const usual = sample.expected.reduce((sum, one) => sum + one, 0) / people;
  for (let i = 0; i < size; i += 1) past[i] = sample.expected[i]! - usual * shoppers[i]!;
  withoutStratum(sample, values);
  withoutStratum(sample, past);
  let cross = 0;
  let square = 0;
  for (let i = 0; i < size; i += 1) {
    cross += past[i]! * values[i]!;
    square += past[i]! * past[i]!;
  }
  const slope = square > 1e-12 * size ? cross / square : 0;
  for (let i = 0; i < size; i += 1) values[i]! -= slope * past[i]!;
  return { values, unit: ofAll / size };
}

function withoutStratum({ size, stratum, strata }: Sample, values: Float64Array): void {
  const sums = new Float64Array(strata);
  const counts = new Int32Array(strata);
  for (let i = 0; i < size; i += 1) {
    sums[stratum[i]!]! += values[i]!;
    counts[stratum[i]!]! += 1;
  }
  for (let i = 0; i < size; i += 1) values[i]! -= sums[stratum[i]!]! / counts[stratum[i]!]!;
}
