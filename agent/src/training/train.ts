import type { Examples } from './examples.js';
import {
  activationsFor,
  INPUTS,
  logitOf,
  logits,
  sigmoid,
  standardised,
  standardOf,
  type Layer,
  type Network,
} from './network.js';

export interface TrainOptions {
  /** the same seed and examples give the same network, bit by bit */
  seed: number;
  /** sizes of the hidden layers; more learn finer distinctions and overfit sooner */
  hidden?: readonly number[];
  /** passes over the examples at most; training ends earlier once validation has not improved for `patience` passes */
  passes?: number;
  patience?: number;
  batch?: number;
  /** Adam's step; halves whenever a pass does not improve */
  rate?: number;
  /** pulls weights to 0; more makes a smoother, less certain model */
  decay?: number;
  /** hears of each pass: training and validation log loss */
  onPass?: (pass: number, training: number, validation: number) => void;
}

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/**
 * A small network from examples: Adam on log loss, stopped when the validation examples (a later time than the training's) no
 * longer improve, then calibrated on them.
 */
export function train(training: Examples, validation: Examples, options: TrainOptions): Network {
  const { hidden = [24, 12], passes = 40, patience = 4, batch = 256, rate = 2e-3, decay = 1e-4 } = options;
  const random = generator(options.seed);
  const standard = standardOf(training);
  const inputs = standardised(standard, training);
  const held = standardised(standard, validation);
  const layers = [...hidden, 1].map((outputs, at) =>
    newLayer(at === 0 ? INPUTS : (hidden[at - 1] as number), outputs, random),
  );
  const steps = layers.map(newStep);
  const order = Uint32Array.from({ length: training.count }, (_, at) => at);
  let best = copyOf(layers);
  let least = Infinity;
  let [since, step, count] = [0, rate, 0];
  for (let pass = 1; pass <= passes && since < patience; pass += 1) {
    shuffle(order, random);
    let loss = 0;
    for (let from = 0; from < order.length; from += batch) {
      const part = order.subarray(from, from + batch);
      loss += descend(layers, steps, inputs, training.taken, part);
      count += 1;
      for (let l = 0; l < layers.length; l += 1)
        adam(layers[l] as Layer, steps[l] as Step, part.length, count, step, decay);
    }
    const heldLoss = logLoss(logits({ layers }, held), validation.taken);
    options.onPass?.(pass, loss / training.count, heldLoss);
    if (heldLoss < least - 1e-5) {
      least = heldLoss;
      best = copyOf(layers);
      since = 0;
    } else {
      since += 1;
      step /= 2;
    }
  }
  return { standard, layers: best, ...calibrate(logits({ layers: best }, held), validation.taken) };
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffle(order: Uint32Array, random: () => number): void {
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
}

/** He's initialisation: rectified layers keep the size of what goes through them. */
function newLayer(inputs: number, outputs: number, random: () => number): Layer {
  const spread = Math.sqrt(6 / inputs);
  return {
    inputs,
    outputs,
    weights: Float64Array.from({ length: inputs * outputs }, () => (random() * 2 - 1) * spread),
    biases: new Float64Array(outputs),
  };
}

/** Gradients of a batch, and Adam's running means of them and their squares; weights first, then biases. */
interface Step {
  gradient: Float64Array;
  mean: Float64Array;
  square: Float64Array;
}
const newStep = ({ weights, biases }: Layer): Step => {
  const size = weights.length + biases.length;
  return { gradient: new Float64Array(size), mean: new Float64Array(size), square: new Float64Array(size) };
};

/** Adds up the gradients of a batch. @returns the sum of its losses */
function descend(
  layers: readonly Layer[],
  steps: readonly Step[],
  inputs: Float32Array,
  taken: Uint8Array,
  part: Uint32Array,
): number {
  const activations = activationsFor(layers);
  const errors = layers.map((layer) => new Float64Array(layer.outputs));
  let loss = 0;
  for (const row of part) {
    (activations[0] as Float64Array).set(inputs.subarray(row * INPUTS, (row + 1) * INPUTS));
    const logit = logitOf(layers, activations);
    const outcome = taken[row] as number;
    loss += lossOf(logit, outcome);
    (errors[layers.length - 1] as Float64Array)[0] = sigmoid(logit) - outcome;
    for (let l = layers.length - 1; l >= 0; l -= 1) back(layers, steps, activations, errors, l);
  }
  return loss;
}

/** From the error of layer l's outputs: its gradients, and the error of what it was given. */
function back(
  layers: readonly Layer[],
  steps: readonly Step[],
  activations: readonly Float64Array[],
  errors: readonly Float64Array[],
  l: number,
): void {
  const { inputs, outputs, weights } = layers[l] as Layer;
  const { gradient } = steps[l] as Step;
  const given = activations[l] as Float64Array;
  const error = errors[l] as Float64Array;
  const before = l > 0 ? (errors[l - 1] as Float64Array) : undefined;
  for (let i = 0; i < inputs; i += 1) {
    const value = given[i] as number;
    // Rectified to nothing, or nothing there: no gradient, and no error goes further.
    if (value === 0) {
      if (before) before[i] = 0;
      continue;
    }
    let sum = 0;
    for (let o = 0; o < outputs; o += 1) {
      const at = i * outputs + o;
      gradient[at] = (gradient[at] as number) + value * (error[o] as number);
      sum += (weights[at] as number) * (error[o] as number);
    }
    if (before) before[i] = sum;
  }
  const biases = inputs * outputs;
  for (let o = 0; o < outputs; o += 1) gradient[biases + o] = (gradient[biases + o] as number) + (error[o] as number);
}

function adam(
  layer: Layer,
  { gradient, mean, square }: Step,
  size: number,
  count: number,
  rate: number,
  decay: number,
): void {
  const { weights, biases } = layer;
  const [correct1, correct2] = [1 - BETA1 ** count, 1 - BETA2 ** count];
  for (let at = 0; at < gradient.length; at += 1) {
    const values = at < weights.length ? weights : biases;
    const index = at < weights.length ? at : at - weights.length;
    const slope = (gradient[at] as number) / size + (at < weights.length ? decay * (values[index] as number) : 0);
    mean[at] = BETA1 * (mean[at] as number) + (1 - BETA1) * slope;
    square[at] = BETA2 * (square[at] as number) + (1 - BETA2) * slope * slope;
    values[index] =
      (values[index] as number) -
      (rate * ((mean[at] as number) / correct1)) / (Math.sqrt((square[at] as number) / correct2) + EPSILON);
  }
  gradient.fill(0);
}

const lossOf = (logit: number, outcome: number): number =>
  Math.max(0, logit) - logit * outcome + Math.log1p(Math.exp(-Math.abs(logit)));

function logLoss(all: Float64Array, taken: Uint8Array): number {
  let sum = 0;
  all.forEach((logit, at) => (sum += lossOf(logit, taken[at] as number)));
  return sum / all.length;
}

const copyOf = (layers: readonly Layer[]): Layer[] =>
  layers.map((layer) => ({ ...layer, weights: layer.weights.slice(), biases: layer.biases.slice() }));

/** What calibration makes small. */
const calibrated = (all: Float64Array, taken: Uint8Array, scale: number, offset: number): number =>
  logLoss(
    all.map((logit) => scale * logit + offset),
    taken,
  ) *
    all.length +
  ((scale - 1) ** 2 + offset ** 2) * 5e-4;

/** Platt's scaling by Newton's method: the line through the logits that makes the outcomes likeliest. */
export function calibrate(all: Float64Array, taken: Uint8Array): { scale: number; offset: number } {
  let [scale, offset] = [1, 0];
  for (let round = 0; round < 50; round += 1) {
    // A little weight on where it started keeps it finite when outcomes can be told apart perfectly.
    let [g0, g1, h00, h01, h11] = [(scale - 1) * 1e-3, offset * 1e-3, 1e-3, 0, 1e-3];
    all.forEach((logit, at) => {
      const p = sigmoid(scale * logit + offset);
      const [slope, bend] = [p - (taken[at] as number), p * (1 - p)];
      g0 += slope * logit;
      g1 += slope;
      h00 += bend * logit * logit;
      h01 += bend * logit;
      h11 += bend;
    });
    const determinant = h00 * h11 - h01 * h01;
    let [stepScale, stepOffset] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    // Far from the goal a full step may lead past it.
    const before = calibrated(all, taken, scale, offset);
    while (Math.abs(stepScale) + Math.abs(stepOffset) > 1e-9) {
      if (calibrated(all, taken, scale - stepScale, offset - stepOffset) <= before) break;
      stepScale /= 2;
      stepOffset /= 2;
    }
    scale -= stepScale;
    offset -= stepOffset;
    if (Math.abs(stepScale) + Math.abs(stepOffset) < 1e-9) break;
  }
  return { scale, offset };
}
