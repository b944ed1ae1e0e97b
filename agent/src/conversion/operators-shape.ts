import type { Convert } from './operators-layers.js';
import { axisOf, fixed, refusal, tensorOf, turnedAxis, valuesOf } from './operands.js';
import type { Conversion, Dims, Operand, Tensor } from './operands.js';
import type { TfNode } from './tfjs-graph.js';

/** Operators that only lay values out anew: shapes, slices, orders. */

const reshape: Convert = (node, inputs, to) => {
  const wanted = valuesOf(node, inputs[1], 'its shape');
  const input = inputs[0];
  if (input?.kind === 'fixed') return [fixed(settled(wanted, input.dims), input.data)];
  const tensor = tensorOf(node, input);
  const name = to.graph.one('Reshape', [to.plain(tensor), to.list(wanted)]);
  return [to.tensor(name, settled(wanted, tensor.dims), { type: tensor.type, turned: false })];
};

/** −1 is what is left. */
function settled(wanted: readonly number[], dims: Dims): number[];
function settled(wanted: readonly number[], dims: Dims): (number | null)[] {
  const count = dims.reduce<number | null>(
    (product, side) => (product === null || side === null ? null : product * side),
    1,
  );
  const known = wanted.filter((side) => side >= 0).reduce((product, side) => product * side, 1);
  return wanted.map((side) => (side >= 0 ? side : count === null ? null : count / known));
}

const transpose: Convert = (node, inputs, to) => [
  to.transpose(tensorOf(node, inputs[0]), valuesOf(node, inputs[1], 'its order')),
];

const squeeze: Convert = (node, inputs, to) => {
  const input = tensorOf(node, inputs[0]);
  const named = node.attributes.numbers('squeeze_dims').map((axis) => axisOf(axis, input.dims.length));
  const axes = named.length > 0 ? named : input.dims.flatMap((side, at) => (side === 1 ? [at] : []));
  return [without(input, axes, to)];
};

function without(input: Tensor, axes: readonly number[], to: Conversion): Tensor {
  if (axes.length === 0) return input;
  const name = to.graph.one('Squeeze', [to.plain(input), to.list(axes)]);
  const dims = input.dims.filter((_side, at) => !axes.includes(at));
  return to.tensor(name, dims, { type: input.type, turned: false });
}

const expand: Convert = (node, inputs, to) => {
  const input = tensorOf(node, inputs[0]);
  const [axis = 0] = valuesOf(node, inputs[1], 'its axis');
  return [withMore(input, [axisOf(axis, input.dims.length + 1)], to)];
};

/** @param axes in the outcome, rising */
function withMore(input: Tensor, axes: readonly number[], to: Conversion): Tensor {
  if (axes.length === 0) return input;
  const name = to.graph.one('Unsqueeze', [to.plain(input), to.list(axes)]);
  const dims = [...input.dims];
  for (const axis of axes) dims.splice(axis, 0, 1);
  return to.tensor(name, dims, { type: input.type, turned: false });
}

const split =
  (
    sizesOf: (
      node: TfNode,
      inputs: readonly (Operand | undefined)[],
    ) => { value: Operand | undefined; axis: number[]; sizes: number[] | null },
  ): Convert =>
  (node, inputs, to) => {
    const { value, axis, sizes } = sizesOf(node, inputs);
    const input = tensorOf(node, value);
    const at = axisOf(axis[0] ?? 0, input.dims.length);
    const count = node.attributes.number('num_split', sizes?.length ?? 1);
    const length = input.dims[at] ?? null;
    const even = length === null ? null : length / count;
    const lengths = sizes ? settledSplit(sizes, length) : new Array<number | null>(count).fill(even);
    const names = to.graph.add(
      'Split',
      lengths.includes(null) ? [input.name] : [input.name, to.list(lengths as number[])],
      { axis: input.turned ? turnedAxis(at) : at },
      count,
    );
    return names.map((name, index) =>
      to.tensor(
        name,
        input.dims.map((side, place) => (place === at ? (lengths[index] ?? null) : side)),
        input,
      ),
    );
  };

/** −1 is what is left. */
function settledSplit(sizes: readonly number[], length: number | null): (number | null)[] {
  const known = sizes.filter((size) => size >= 0).reduce((sum, size) => sum + size, 0);
  return sizes.map((size) => (size >= 0 ? size : length === null ? null : length - known));
}

/** The shape as whole numbers; whoever multiplies it to resize by is understood. */
const shape: Convert = (node, inputs, to) => {
  const input = tensorOf(node, inputs[0]);
  const long = to.graph.one('Shape', [to.plain(input)]);
  const out = to.tensor(to.graph.one('Cast', [long], { to: 6 }), [input.dims.length], { type: 'int32', turned: false });
  const sides = input.dims.map((_side, at) => at);
  return [{ ...out, shapeOf: { of: input, sides, factors: sides.map(() => 1) } }];
};

const END = 2 ** 31 - 1;

/** https://www.tensorflow.org/api_docs/python/tf/strided_slice: one bit of each mask for each entry of begin, end, strides. */
const stridedSlice: Convert = (node, inputs, to) => {
  const input = tensorOf(node, inputs[0]);
  const [begin, end, strides] = ['begin', 'end', 'strides'].map((what, at) =>
    valuesOf(node, inputs[at + 1], `its ${what}`),
  ) as [number[], number[], number[]];
  const has = (mask: string, at: number) => (node.attributes.number(mask) & (1 << at)) !== 0;
  const entries = begin.map((_value, at) => at);
  const taken = entries.filter((at) => !has('new_axis_mask', at) && !has('ellipsis_mask', at)).length;
  const cut = { starts: [] as number[], ends: [] as number[], axes: [] as number[], steps: [] as number[] };
  const [gone, more] = [[] as number[], [] as number[]];
  // `side` counts the input's sides, `out` the outcome's.
  let [side, out] = [0, 0];
  for (const at of entries) {
    if (has('ellipsis_mask', at)) {
      const skipped = input.dims.length - taken;
      side += skipped;
      out += skipped;
    } else if (has('new_axis_mask', at)) more.push(out++);
    else {
      const single = has('shrink_axis_mask', at);
      const step = single ? 1 : (strides[at] as number);
      const from = has('begin_mask', at) && !single ? (step > 0 ? 0 : END) : (begin[at] as number);
      const past = single
        ? from === -1
          ? END
          : from + 1
        : has('end_mask', at)
          ? step > 0
            ? END
            : -END
          : (end[at] as number);
      cut.starts.push(from);
      cut.ends.push(past);
      cut.axes.push(side);
      cut.steps.push(step);
      if (single) gone.push(side);
      else out += 1;
      side += 1;
    }
  }
  const lists = [cut.starts, cut.ends, cut.axes, cut.steps].map((list) => to.list(list));
  const all = cut.axes.every((_axis, at) => cut.starts[at] === 0 && cut.ends[at] === END && cut.steps[at] === 1);
  const name = all ? to.plain(input) : to.graph.one('Slice', [to.plain(input), ...lists]);
  const dims = input.dims.map((length, at) => {
    const index = cut.axes.indexOf(at);
    return index < 0
      ? length
      : lengthOf(length, cut.starts[index] as number, cut.ends[index] as number, cut.steps[index] as number);
  });
  const sliced = to.tensor(name, dims, { type: input.type, turned: false });
  const result = withMore(without(sliced, gone, to), more, to);
  const { shapeOf } = input;
  if (!shapeOf || more.length > 0 || gone.length > 0 || cut.steps[0] !== 1) return [result];
  const part = <T>(list: readonly T[]) => list.slice(cut.starts[0], cut.ends[0]);
  return [{ ...result, shapeOf: { of: shapeOf.of, sides: part(shapeOf.sides), factors: part(shapeOf.factors) } }];
};

/** How many are between two places, counted from the end where they are negative. */
function lengthOf(length: number | null, start: number, end: number, step: number): number | null {
  if (length === null) return null;
  const place = (at: number) =>
    Math.max(step > 0 ? 0 : -1, Math.min(step > 0 ? length : length - 1, at < 0 && at > -END ? at + length : at));
  return Math.max(0, Math.ceil((place(end) - place(start)) / step));
}

const pack: Convert = (node, inputs, to) => {
  const parts = inputs.map((input) => input as Operand);
  const first = parts.find((part) => part.kind === 'tensor') ?? tensorOf(node, parts[0]);
  const axis = axisOf(node.attributes.number('axis'), first.dims.length + 1);
  const names = parts.map((part) => to.graph.one('Unsqueeze', [to.plain(part), to.list([axis])]));
  const dims = [...first.dims];
  dims.splice(axis, 0, parts.length);
  return [to.tensor(to.graph.one('Concat', names, { axis }), dims, { type: first.type, turned: false })];
};

/** ONNX gives places as int64, TensorFlow as int32. */
const topK: Convert = (node, inputs, to) => {
  const input = tensorOf(node, inputs[0]);
  const [k = 1] = valuesOf(node, inputs[1], 'its number');
  const axis = input.dims.length - 1;
  const [values, places] = to.graph.add(
    'TopK',
    [to.plain(input), to.list([k])],
    { axis, largest: 1, sorted: 1 },
    2,
  ) as [string, string];
  const dims = [...input.dims.slice(0, -1), k];
  return [
    to.tensor(values, dims),
    to.tensor(to.graph.one('Cast', [places], { to: 6 }), dims, { type: 'int32', turned: false }),
  ];
};

/** Of constants only: numbers at some places, one number everywhere else. */
const sparse: Convert = (node, inputs) => {
  const [places, shapeValues, values, [otherwise = 0]] = ['places', 'shape', 'values', 'other value'].map((what, at) =>
    valuesOf(node, inputs[at], `its ${what}`),
  ) as [number[], number[], number[], number[]];
  const count = shapeValues.reduce((product, side) => product * side, 1);
  const source = inputs[2];
  const whole = source?.kind === 'fixed' && source.data instanceof Int32Array;
  const data = (whole ? new Int32Array(count) : new Float32Array(count)).fill(otherwise);
  const rank = shapeValues.length;
  for (let at = 0; at * rank < places.length; at += 1) {
    const place = places
      .slice(at * rank, (at + 1) * rank)
      .reduce((sum, index, side) => sum * (shapeValues[side] as number) + index, 0);
    if (!(place >= 0 && place < count)) throw refusal(node, 'a place lies outside its shape');
    data[place] = (values.length === 1 ? values[0] : values[at]) as number;
  }
  return [fixed(shapeValues, data)];
};

export const SHAPES: Readonly<Record<string, Convert>> = {
  Reshape: reshape,
  Transpose: transpose,
  Squeeze: squeeze,
  ExpandDims: expand,
  Split: split((node, inputs) => ({ value: inputs[1], axis: valuesOf(node, inputs[0], 'its axis'), sizes: null })),
  SplitV: split((node, inputs) => ({
    value: inputs[0],
    axis: valuesOf(node, inputs[2], 'its axis'),
    sizes: valuesOf(node, inputs[1], 'its sizes'),
  })),
  Shape: shape,
  StridedSlice: stridedSlice,
  Pack: pack,
  TopKV2: topK,
  SparseToDense: sparse,
};
