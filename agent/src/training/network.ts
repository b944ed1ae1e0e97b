import { FEATURE_COUNT } from '../domain/interest/features.js';
import type { Examples } from './examples.js';

/** One layer: `weights` row by row, one row per input; then one bias per output. */
export interface Layer {
  inputs: number;
  outputs: number;
  weights: Float64Array;
  biases: Float64Array;
}

/** How raw features become what the first layer sees: standardised and cut, and the same of their logarithms. */
export interface Standard {
  mean: Float64Array;
  deviation: Float64Array;
  logMean: Float64Array;
  logDeviation: Float64Array;
}

/** Features → probability. Hidden layers are rectified; `scale` and `offset` calibrate the last one's logit. */
export interface Network {
  standard: Standard;
  layers: Layer[];
  scale: number;
  offset: number;
}

/** Standardised features are cut here, so that a value never seen in training cannot take over. */
export const CUT = 4;
export const INPUTS = 2 * FEATURE_COUNT;

export function standardOf({ count, features }: Examples): Standard {
  const moments = (of: (value: number) => number): [Float64Array, Float64Array] => {
    const mean = new Float64Array(FEATURE_COUNT);
    const square = new Float64Array(FEATURE_COUNT);
    for (let at = 0; at < features.length; at += 1) {
      const value = of(features[at] as number);
      const feature = at % FEATURE_COUNT;
      mean[feature] = (mean[feature] as number) + value / count;
      square[feature] = (square[feature] as number) + (value * value) / count;
    }
    // A feature that never varies says nothing; it must not divide by nothing either.
    const deviation = square.map((sum, at) => Math.sqrt(Math.max(0, sum - (mean[at] as number) ** 2)) || 1);
    return [mean, deviation];
  };
  const [mean, deviation] = moments((value) => value);
  const [logMean, logDeviation] = moments((value) => Math.log(1 + Math.abs(value)));
  return { mean, deviation, logMean, logDeviation };
}

/** Rows of INPUTS numbers. */
export function standardised({ mean, deviation, logMean, logDeviation }: Standard, examples: Examples): Float32Array {
  const { count, features } = examples;
  const inputs = new Float32Array(count * INPUTS);
  for (let row = 0; row < count; row += 1) {
    for (let at = 0; at < FEATURE_COUNT; at += 1) {
      const value = features[row * FEATURE_COUNT + at] as number;
      inputs[row * INPUTS + at] = cut((value - (mean[at] as number)) / (deviation[at] as number));
      inputs[row * INPUTS + FEATURE_COUNT + at] = cut(
        (Math.log(1 + Math.abs(value)) - (logMean[at] as number)) / (logDeviation[at] as number),
      );
    }
  }
  return inputs;
}

const cut = (value: number): number => Math.min(CUT, Math.max(-CUT, value));

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Uncalibrated logits of standardised rows. `activations[l]` keeps what layer l gives; one row at a time. */
export function logitOf(layers: readonly Layer[], activations: readonly Float64Array[]): number {
  for (let l = 0; l < layers.length; l += 1) {
    const layer = layers[l] as Layer;
    const input = activations[l] as Float64Array;
    const output = activations[l + 1] as Float64Array;
    output.set(layer.biases);
    for (let i = 0; i < layer.inputs; i += 1) {
      const value = input[i] as number;
      if (value === 0) continue;
      const row = i * layer.outputs;
      for (let o = 0; o < layer.outputs; o += 1)
        output[o] = (output[o] as number) + value * (layer.weights[row + o] as number);
    }
    if (l < layers.length - 1) for (let o = 0; o < layer.outputs; o += 1) if ((output[o] as number) < 0) output[o] = 0;
  }
  return (activations[layers.length] as Float64Array)[0] as number;
}

export const activationsFor = (layers: readonly Layer[]): Float64Array[] => [
  new Float64Array(INPUTS),
  ...layers.map((layer) => new Float64Array(layer.outputs)),
];

export function logits(network: Pick<Network, 'layers'>, inputs: Float32Array): Float64Array {
  const activations = activationsFor(network.layers);
  const count = inputs.length / INPUTS;
  const out = new Float64Array(count);
  for (let row = 0; row < count; row += 1) {
    (activations[0] as Float64Array).set(inputs.subarray(row * INPUTS, (row + 1) * INPUTS));
    out[row] = logitOf(network.layers, activations);
  }
  return out;
}

/** What the network says of examples. */
export function probabilities(network: Network, examples: Examples): Float64Array {
  return logits(network, standardised(network.standard, examples)).map((logit) =>
    sigmoid(logit * network.scale + network.offset),
  );
}
