import type { Convert } from './operators-layers.js';
import { relu6 } from './operators-layers.js';
import { axisOf, fixed, refusal, tensorOf, turnedAxis, valuesOf } from './operands.js';
import type { Conversion, Fixed, Operand, Tensor } from './operands.js';
import type { Attribute } from './onnx-graph.js';

/** Operators that look at one value at a time, or two: the order of sides does not matter to them. */

/** An operator of one input that ONNX has under this name. */
const single =
  (type: string, attributes: Readonly<Record<string, Attribute>> = {}): Convert =>
  (node, inputs, to) => {
    const input = tensorOf(node, inputs[0]);
    return [to.tensor(to.graph.one(type, [input.name], attributes), input.dims, input)];
  };

type Fold = (a: number, b: number) => number;

/** An operator of two inputs, whose shorter one is repeated along the sides that it lacks or that are 1. */
const pair =
  (type: string, fold: Fold, kind?: 'bool'): Convert =>
  (node, inputs, to) => {
    const [a, b] = [inputs[0], inputs[1]];
    if (!a || !b) throw refusal(node, 'expected two inputs');
    if (a.kind === 'fixed' && b.kind === 'fixed') return [folded(a, b, fold)];
    const shape = scaledShape(type, a, b);
    const turned = [a, b].some((one) => one.kind === 'tensor' && one.turned) && [a, b].every(mayBeTurned);
    const names = [a, b].map((one) => (turned ? firstOf(one, to) : to.plain(one)));
    const like = a.kind === 'tensor' ? a : (b as Tensor);
    const out = to.tensor(to.graph.one(type, names), broadcast(a, b), { type: kind ?? like.type, turned });
    return [shape ? { ...out, shapeOf: shape } : out];
  };

/** A picture, or something fixed that can be laid along one. */
const mayBeTurned = (operand: Operand): boolean => operand.kind === 'fixed' || operand.dims.length === 4;

function firstOf(operand: Operand, to: Conversion): string {
  if (operand.kind === 'tensor' || operand.dims.length === 0)
    return operand.kind === 'tensor' ? to.channelsFirst(operand) : to.plain(operand);
  const lacking = new Array<number>(4 - operand.dims.length).fill(1);
  return to.channelsFirst(fixed([...lacking, ...operand.dims], operand.data));
}

/** So many times a shape is still known as that. */
function scaledShape(type: string, a: Operand, b: Operand): Tensor['shapeOf'] {
  if (type !== 'Mul' || a.kind !== 'tensor' || !a.shapeOf || b.kind !== 'fixed') return undefined;
  const factors = a.shapeOf.factors.map((factor, at) => factor * (b.data[b.data.length === 1 ? 0 : at] as number));
  return { ...a.shapeOf, factors };
}

function broadcast(a: Operand, b: Operand): (number | null)[] {
  const rank = Math.max(a.dims.length, b.dims.length);
  return Array.from({ length: rank }, (_side, at) => {
    const [one, other] = [a, b].map(({ dims }) =>
      at < rank - dims.length ? 1 : (dims[at - rank + dims.length] ?? null),
    );
    return one === 1 ? (other as number | null) : (one as number | null);
  });
}

function folded(a: Fixed, b: Fixed, fold: Fold): Fixed {
  const dims = broadcast(a, b) as number[];
  const count = dims.reduce((product, side) => product * side, 1);
  const isFloat = a.data instanceof Float32Array || b.data instanceof Float32Array;
  const data = isFloat ? new Float32Array(count) : new Int32Array(count);
  const at = (one: Fixed, index: number) => {
    let [left, place, step] = [index, 0, 1];
    for (let side = dims.length - 1; side >= 0; side -= 1) {
      const own = one.dims[side - dims.length + one.dims.length] ?? 1;
      place += own === 1 ? 0 : (left % (dims[side] as number)) * step;
      left = Math.floor(left / (dims[side] as number));
      step *= own;
    }
    return one.data[place] as number;
  };
  for (let index = 0; index < count; index += 1) data[index] = fold(at(a, index), at(b, index));
  return fixed(dims, data);
}

const cast: Convert = (node, inputs, to) => {
  const input = tensorOf(node, inputs[0]);
  const wanted = node.attributes.type('DstT');
  const [type, number] =
    ({ DT_FLOAT: ['float', 1], DT_INT32: ['int32', 6], DT_BOOL: ['bool', 9] } as const)[wanted as 'DT_FLOAT'] ?? [];
  if (type === undefined || number === undefined) throw refusal(node, `a cast to ${wanted} is not supported`);
  if (input.type === type) return [input];
  return [to.tensor(to.graph.one('Cast', [input.name], { to: number }), input.dims, { type, turned: input.turned })];
};

const addMany: Convert = (node, inputs, to) => {
  const parts = inputs.map((input) => tensorOf(node, input));
  const turned = parts.some((part) => part.turned);
  const names = parts.map((part) => (turned ? to.channelsFirst(part) : to.plain(part)));
  const first = parts[0] as Tensor;
  return [to.tensor(to.graph.one('Sum', names), first.dims, { type: first.type, turned })];
};

/** The channels' own numbers are added. */
const bias: Convert = (node, inputs, to) => (VALUES['Add'] as Convert)(node, inputs, to);

const softmax: Convert = (node, inputs, to) => {
  const input = tensorOf(node, inputs[0]);
  const name = to.graph.one('Softmax', [to.plain(input)], { axis: input.dims.length - 1 });
  return [to.tensor(name, input.dims)];
};

/** Over some sides: their mean, sum or largest value. */
const reduce =
  (type: 'ReduceMean' | 'ReduceSum' | 'ReduceMax'): Convert =>
  (node, inputs, to) => {
    const input = tensorOf(node, inputs[0]);
    const rank = input.dims.length;
    const keep = node.attributes.flag('keep_dims');
    const axes = valuesOf(node, inputs[1], 'its axes').map((axis) => axisOf(axis, rank));
    const turned = input.turned && keep;
    const source = turned ? input.name : to.plain(input);
    const own = axes.map((axis) => (turned ? turnedAxis(axis) : axis));
    const keepdims = keep ? 1 : 0;
    // ReduceSum alone takes its axes as an input in operator set 13.
    const name =
      type === 'ReduceSum'
        ? to.graph.one(type, [source, to.list(own)], { keepdims })
        : to.graph.one(type, [source], { axes: own, keepdims });
    const dims = input.dims
      .map((side, at) => (axes.includes(at) ? 1 : side))
      .filter((_side, at) => keep || !axes.includes(at));
    return [to.tensor(name, dims, { type: input.type, turned })];
  };

export const VALUES: Readonly<Record<string, Convert>> = {
  Identity: (node, inputs) => [inputs[0] ?? tensorOf(node, undefined)],
  Sigmoid: single('Sigmoid'),
  Relu: single('Relu'),
  Relu6: (node, inputs, to) => {
    const input = tensorOf(node, inputs[0]);
    return [to.tensor(relu6(input.name, to), input.dims, input)];
  },
  LeakyRelu: (node, inputs, to) =>
    single('LeakyRelu', { alpha: { float: node.attributes.number('alpha', 0.2) } })(node, inputs, to),
  Tanh: single('Tanh'),
  Exp: single('Exp'),
  Abs: single('Abs'),
  Neg: single('Neg'),
  Sqrt: single('Sqrt'),
  Reciprocal: single('Reciprocal'),
  Softmax: softmax,
  Cast: cast,
  Add: pair('Add', (a, b) => a + b),
  AddV2: pair('Add', (a, b) => a + b),
  BiasAdd: bias,
  AddN: addMany,
  Sub: pair('Sub', (a, b) => a - b),
  Mul: pair('Mul', (a, b) => a * b),
  RealDiv: pair('Div', (a, b) => a / b),
  Maximum: pair('Max', Math.max),
  Minimum: pair('Min', Math.min),
  Less: pair('Less', (a, b) => Number(a < b), 'bool'),
  Greater: pair('Greater', (a, b) => Number(a > b), 'bool'),
  GreaterEqual: pair('GreaterOrEqual', (a, b) => Number(a >= b), 'bool'),
  Equal: pair('Equal', (a, b) => Number(a === b), 'bool'),
  Mean: reduce('ReduceMean'),
  Sum: reduce('ReduceSum'),
  Max: reduce('ReduceMax'),
};
