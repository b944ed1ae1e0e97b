import { ConversionError } from './conversion-error.js';
import type { OnnxGraph } from './onnx-graph.js';
import type { Constant, TfNode } from './tfjs-graph.js';

/** A side whose length is not known before a picture comes is null. */
export type Dims = readonly (number | null)[];

/**
 * A value of the graph while it is converted. TensorFlow has channels last, ONNX has them first: a picture (four sides) may
 * be kept with its channels first, and is turned only where somebody needs the other order.
 */
export interface Tensor {
  kind: 'tensor';
  name: string;
  /** as TensorFlow counts them */
  dims: Dims;
  type: 'float' | 'int32' | 'bool';
  /** it lies in the ONNX graph as [n, c, h, w], and is [n, h, w, c] to TensorFlow */
  turned: boolean;
  /** of a shape that was asked for: `factors[i]` × the length of side `sides[i]` of that tensor */
  shapeOf?: { of: Tensor; sides: readonly number[]; factors: readonly number[] };
}
export interface Fixed extends Constant {
  kind: 'fixed';
}
export type Operand = Tensor | Fixed;

export const fixed = (dims: readonly number[], data: Float32Array | Int32Array): Fixed => ({
  kind: 'fixed',
  dims,
  data,
});
const FIRST = [0, 3, 1, 2] as const;
const LAST = [0, 2, 3, 1] as const;

/** What the converters of single operators work with. */
export class Conversion {
  /** the same value in the other order, once it was needed */
  private readonly turnedNames = new Map<string, string>();

  constructor(readonly graph: OnnxGraph) {}

  /** The value in TensorFlow's order. */
  plain(operand: Operand): string {
    if (operand.kind === 'fixed') return this.emit(operand.dims, operand.data);
    return operand.turned ? this.turn(operand.name, LAST) : operand.name;
  }

  /** A picture with its channels first. */
  channelsFirst(operand: Operand): string {
    if (operand.kind === 'fixed') {
      const { dims, data } = transposed(operand, FIRST);
      return this.emit(dims, data);
    }
    return operand.turned ? operand.name : this.turn(operand.name, FIRST);
  }

  emit(dims: readonly number[], data: Float32Array | Int32Array): string {
    return this.graph.constant(data instanceof Float32Array ? 'float' : 'int32', dims, data);
  }

  /** A list of whole numbers, as ONNX wants axes and shapes. */
  list(values: readonly number[]): string {
    return this.graph.constant('int64', [values.length], values);
  }

  tensor(name: string, dims: Dims, from: Pick<Tensor, 'type' | 'turned'> = { type: 'float', turned: false }): Tensor {
    return { kind: 'tensor', name, dims, type: from.type, turned: from.turned };
  }

  /** TensorFlow's Transpose: where only the order of channels changes, nothing is moved. */
  transpose(operand: Tensor, order: readonly number[]): Tensor {
    const dims = order.map((side) => operand.dims[side] as number | null);
    const own = operand.turned ? LAST : order.map((_side, at) => at);
    // where each side of the outcome lies in the ONNX tensor
    const lies = order.map((side) => own[side] as number);
    const like = { type: operand.type, turned: false };
    if (lies.every((side, at) => side === at)) return this.tensor(operand.name, dims, like);
    if (lies.length === 4 && lies.every((side, at) => side === LAST[at]))
      return this.tensor(operand.name, dims, { ...like, turned: true });
    return this.tensor(this.graph.one('Transpose', [operand.name], { perm: lies }), dims, like);
  }

  private turn(name: string, order: readonly number[]): string {
    const key = `${name}:${order.join()}`;
    let other = this.turnedNames.get(key);
    if (other === undefined) {
      other = this.graph.one('Transpose', [name], { perm: order });
      this.turnedNames.set(key, other);
    }
    return other;
  }
}

/** The values of a constant in another order of sides. */
export function transposed({ dims, data }: Constant, order: readonly number[]): Constant {
  const sides = order.map((side) => dims[side] as number);
  const steps = dims.map((_side, at) => dims.slice(at + 1).reduce((product, side) => product * side, 1));
  const moves = order.map((side) => steps[side] as number);
  const out = data instanceof Float32Array ? new Float32Array(data.length) : new Int32Array(data.length);
  const at = sides.map(() => 0);
  for (let index = 0; index < out.length; index += 1) {
    out[index] = data[at.reduce((sum, place, side) => sum + place * (moves[side] as number), 0)] as number;
    for (let side = sides.length - 1; side >= 0; side -= 1) {
      at[side] = (at[side] as number) + 1;
      if ((at[side] as number) < (sides[side] as number)) break;
      at[side] = 0;
    }
  }
  return { dims: sides, data: out };
}

/** @throws ConversionError unless the operand is a constant */
export function valuesOf(node: TfNode, operand: Operand | undefined, what: string): number[] {
  if (operand?.kind !== 'fixed') throw refusal(node, `${what} must be constant`);
  return [...operand.data];
}

/** @throws ConversionError where a value is a constant that must not be one, or is not there */
export function tensorOf(node: TfNode, operand: Operand | undefined): Tensor {
  if (operand?.kind !== 'tensor') throw refusal(node, 'its input must not be constant');
  return operand;
}

export const refusal = (node: TfNode, reason: string): ConversionError =>
  new ConversionError(`${node.op} "${node.name}": ${reason}`);

/** An axis as it is counted from the front. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
/** Where a side of TensorFlow's lies in a turned tensor. */
export const turnedAxis = (axis: number): number => FIRST.indexOf(axis as 0);
