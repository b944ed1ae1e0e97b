import type { TfGraph, TfNode } from '../../src/conversion/tfjs-graph.js';

/**
 * TensorFlow's operators, computed anew from their definitions (https://www.tensorflow.org/api_docs/python/tf), with channels
 * last and nothing clever: what the converter's graphs are held against.
 */
export interface Values {
  dims: number[];
  data: number[];
}

export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, side) => product * side, 1);
export const values = (dims: number[], of: (index: number) => number): Values => ({
  dims,
  data: Array.from({ length: sizeOf(dims) }, (_value, index) => of(index)),
});

const at = (dims: readonly number[], place: readonly number[]): number =>
  place.reduce((sum, index, side) => sum * (dims[side] as number) + index, 0);
/** All places of a shape, in the order of its values. */
const placesOf = (dims: readonly number[]): number[][] =>
  Array.from({ length: sizeOf(dims) }, (_value, index) => {
    const place: number[] = [];
    let left = index;
    for (let side = dims.length - 1; side >= 0; side -= 1) {
      place[side] = left % (dims[side] as number);
      left = Math.floor(left / (dims[side] as number));
    }
    return place;
  });
const of = (value: Values, place: readonly number[]): number => value.data[at(value.dims, place)] as number;

/** How far a layer's window begins before the picture, on one side of it. */
function before(node: TfNode, length: number, kernel: number, stride: number): [before: number, out: number] {
  if (node.attributes.text('padding') === 'VALID') return [0, Math.floor((length - kernel) / stride) + 1];
  const out = Math.ceil(length / stride);
  return [Math.floor(Math.max(0, (out - 1) * stride + kernel - length) / 2), out];
}

function windows(
  node: TfNode,
  input: Values,
  kernel: [number, number],
  channels: number,
  cell: (n: number, c: number, inside: [y: number, x: number, ky: number, kx: number][]) => number,
): Values {
  const [batch, height, width] = input.dims as [number, number, number, number];
  const [, strideY = 1, strideX = 1] = node.attributes.numbers('strides');
  const [padY, rows] = before(node, height, kernel[0], strideY);
  const [padX, columns] = before(node, width, kernel[1], strideX);
  const dims = [batch, rows, columns, channels];
  return {
    dims,
    data: placesOf(dims).map(([n, row, column, c]) => {
      const inside: [number, number, number, number][] = [];
      for (let ky = 0; ky < kernel[0]; ky += 1)
        for (let kx = 0; kx < kernel[1]; kx += 1) {
          const y = (row as number) * strideY - padY + ky;
          const x = (column as number) * strideX - padX + kx;
          if (y >= 0 && x >= 0 && y < height && x < width) inside.push([y, x, ky, kx]);
        }
      return cell(n as number, c as number, inside);
    }),
  };
}

function convolution(node: TfNode, [input, kernel, bias, slope]: Values[], deep: boolean): Values {
  if (!input || !kernel) throw new Error('no input');
  const [height, width, within, last] = kernel.dims as [number, number, number, number];
  const channels = deep ? within * last : last;
  const groups = deep ? within : (input.dims[3] as number) / within;
  const raw = windows(node, input, [height, width], channels, (n, c, inside) => {
    let sum = 0;
    for (const [y, x, ky, kx] of inside) {
      if (deep) {
        const channel = Math.floor(c / last);
        sum += of(input, [n, y, x, channel]) * of(kernel, [ky, kx, channel, c % last]);
      } else {
        const group = Math.floor(c / (last / groups));
        for (let i = 0; i < within; i += 1)
          sum += of(input, [n, y, x, group * within + i]) * of(kernel, [ky, kx, i, c]);
      }
    }
    return sum;
  });
  const fused = node.attributes.texts('fused_ops');
  void slope;
  return {
    dims: raw.dims,
    data: raw.data.map((value, index) => {
      let out = value + (fused.includes('BiasAdd') ? (bias?.data[index % channels] as number) : 0);
      if (fused.includes('Relu')) out = Math.max(0, out);
      if (fused.includes('Relu6')) out = Math.min(6, Math.max(0, out));
      if (fused.includes('LeakyRelu')) out = out < 0 ? out * node.attributes.number('leakyrelu_alpha', 0.2) : out;
      return out;
    }),
  };
}

function resize(node: TfNode, input: Values, [rows, columns]: [number, number]): Values {
  const [batch, height, width, channels] = input.dims as [number, number, number, number];
  const source = (index: number, from: number, to: number): [low: number, high: number, share: number] => {
    const aligned = node.attributes.flag('align_corners') && to > 1;
    const scale = aligned ? (from - 1) / (to - 1) : from / to;
    const place = node.attributes.flag('half_pixel_centers') ? (index + 0.5) * scale - 0.5 : index * scale;
    const low = Math.floor(place);
    const clip = (value: number) => Math.min(from - 1, Math.max(0, value));
    return [clip(low), clip(low + 1), place - low];
  };
  const dims = [batch, rows, columns, channels];
  return {
    dims,
    data: placesOf(dims).map(([n, row, column, c]) => {
      const [y0, y1, dy] = source(row as number, height, rows);
      const [x0, x1, dx] = source(column as number, width, columns);
      const pick = (y: number, x: number) => of(input, [n as number, y, x, c as number]);
      const upper = pick(y0, x0) * (1 - dx) + pick(y0, x1) * dx;
      return upper * (1 - dy) + (pick(y1, x0) * (1 - dx) + pick(y1, x1) * dx) * dy;
    }),
  };
}

function pairwise(a: Values, b: Values, fold: (a: number, b: number) => number): Values {
  const rank = Math.max(a.dims.length, b.dims.length);
  const side = (value: Values, index: number) => value.dims[index - rank + value.dims.length] ?? 1;
  const dims = Array.from({ length: rank }, (_side, index) => Math.max(side(a, index), side(b, index)));
  const read = (value: Values, place: readonly number[]) =>
    of(
      value,
      value.dims.map((own, index) => (own === 1 ? 0 : (place[index + rank - value.dims.length] as number))),
    );
  return { dims, data: placesOf(dims).map((place) => fold(read(a, place), read(b, place))) };
}

const each = (input: Values, change: (value: number) => number): Values => ({
  dims: input.dims,
  data: input.data.map(change),
});
const whole = (value: Values | undefined): number[] => value?.data ?? [];

function joined(parts: readonly Values[], axis: number): Values {
  const first = parts[0] as Values;
  const dims = first.dims.map((side, index) =>
    index === axis ? parts.reduce((sum, part) => sum + (part.dims[axis] as number), 0) : side,
  );
  return {
    dims,
    data: placesOf(dims).map((place) => {
      let index = place[axis] as number;
      for (const part of parts) {
        const length = part.dims[axis] as number;
        if (index < length) return of(part, place.with(axis, index));
        index -= length;
      }
      throw new Error('beyond the parts');
    }),
  };
}

function parted(input: Values, axis: number, sizes: readonly number[]): Values[] {
  let begin = 0;
  return sizes.map((size) => {
    const from = begin;
    begin += size;
    const dims = input.dims.with(axis, size);
    return { dims, data: placesOf(dims).map((place) => of(input, place.with(axis, (place[axis] as number) + from))) };
  });
}

/** Only what the tests ask for: whole ranges with positive steps, by masks or numbers. */
function strided(node: TfNode, input: Values, begin: number[], end: number[], steps: number[]): Values {
  const has = (mask: string, index: number) => Math.floor(node.attributes.number(mask) / 2 ** index) % 2 === 1;
  const picks: { indices: number[]; keeps: boolean }[] = [];
  const shape: (number | 'new')[] = [];
  for (const [index] of begin.entries()) {
    if (has('new_axis_mask', index)) {
      shape.push('new');
      continue;
    }
    const length = input.dims[picks.length] as number;
    const place = (value: number) => Math.min(length, value < 0 ? value + length : value);
    const single = has('shrink_axis_mask', index);
    const from = has('begin_mask', index) ? 0 : place(begin[index] as number);
    const to = single ? from + 1 : has('end_mask', index) ? length : place(end[index] as number);
    const indices: number[] = [];
    for (let value = from; value < to; value += single ? 1 : (steps[index] as number)) indices.push(value);
    if (!single) shape.push(picks.length);
    picks.push({ indices, keeps: !single });
  }
  for (let side = picks.length; side < input.dims.length; side += 1) {
    shape.push(side);
    picks.push({ indices: Array.from({ length: input.dims[side] as number }, (_value, index) => index), keeps: true });
  }
  const inner = picks.map(({ indices }) => indices.length);
  return {
    dims: shape.map((side) => (side === 'new' ? 1 : (inner[side] as number))),
    data: placesOf(inner).map((place) =>
      of(
        input,
        place.map((index, side) => picks[side]?.indices[index] as number),
      ),
    ),
  };
}

type Compute = (node: TfNode, inputs: Values[]) => Values | Values[];
const first = (inputs: readonly Values[]): Values => inputs[0] as Values;
const binary =
  (fold: (a: number, b: number) => number): Compute =>
  (_node, inputs) =>
    pairwise(first(inputs), inputs[1] as Values, fold);
const unary =
  (change: (value: number) => number): Compute =>
  (_node, inputs) =>
    each(first(inputs), change);
const reduced =
  (fold: (list: number[]) => number): Compute =>
  (node, inputs) => {
    const input = first(inputs);
    const axes = whole(inputs[1]).map((axis) => (axis < 0 ? axis + input.dims.length : axis));
    const keep = input.dims.map((side, index) => (axes.includes(index) ? 1 : side));
    const lists = new Map<number, number[]>();
    placesOf(input.dims).forEach((place, index) => {
      const key = at(
        keep,
        place.map((one, side) => (axes.includes(side) ? 0 : one)),
      );
      lists.set(key, [...(lists.get(key) ?? []), input.data[index] as number]);
    });
    const dims = node.attributes.flag('keep_dims') ? keep : keep.filter((_side, index) => !axes.includes(index));
    return { dims, data: Array.from({ length: sizeOf(keep) }, (_value, index) => fold(lists.get(index) ?? [])) };
  };
const sum = (list: readonly number[]) => list.reduce((total, value) => total + value, 0);
const padded: Compute = (_node, inputs) => {
  const [input, pads] = [first(inputs), whole(inputs[1])];
  const dims = input.dims.map((side, index) => side + (pads[2 * index] as number) + (pads[2 * index + 1] as number));
  const value = whole(inputs[2])[0] ?? 0;
  return {
    dims,
    data: placesOf(dims).map((place) => {
      const inner = place.map((index, side) => index - (pads[2 * side] as number));
      return inner.every((index, side) => index >= 0 && index < (input.dims[side] as number))
        ? of(input, inner)
        : value;
    }),
  };
};
const pooled =
  (fold: (list: number[]) => number): Compute =>
  (node, inputs) => {
    const input = first(inputs);
    const [, height = 1, width = 1] = node.attributes.numbers('ksize');
    return windows(node, input, [height, width], input.dims[3] as number, (n, c, inside) =>
      fold(inside.map(([y, x]) => of(input, [n, y, x, c]))),
    );
  };

const COMPUTE: Readonly<Record<string, Compute>> = {
  Identity: unary((x) => x),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Relu: unary((x) => Math.max(0, x)),
  Relu6: unary((x) => Math.min(6, Math.max(0, x))),
  LeakyRelu: (node, inputs) => each(first(inputs), (x) => (x < 0 ? x * node.attributes.number('alpha', 0.2) : x)),
  Tanh: unary(Math.tanh),
  Exp: unary(Math.exp),
  Abs: unary(Math.abs),
  Neg: unary((x) => -x),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Softmax: (_node, inputs) => {
    const input = first(inputs);
    const last = input.dims.at(-1) as number;
    const row = (index: number) => input.data.slice(index - (index % last), index - (index % last) + last);
    return { dims: input.dims, data: input.data.map((x, index) => Math.exp(x) / sum(row(index).map(Math.exp))) };
  },
  Cast: (node, inputs) => each(first(inputs), node.attributes.type('DstT') === 'DT_INT32' ? Math.trunc : (x) => x),
  Add: binary((a, b) => a + b),
  AddV2: binary((a, b) => a + b),
  BiasAdd: binary((a, b) => a + b),
  AddN: (_node, inputs) => inputs.reduce((total, input) => pairwise(total, input, (a, b) => a + b)),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  RealDiv: binary((a, b) => a / b),
  Maximum: binary(Math.max),
  Minimum: binary(Math.min),
  Less: binary((a, b) => Number(a < b)),
  Greater: binary((a, b) => Number(a > b)),
  GreaterEqual: binary((a, b) => Number(a >= b)),
  Equal: binary((a, b) => Number(a === b)),
  Mean: reduced((list) => sum(list) / list.length),
  Sum: reduced(sum),
  Max: reduced((list) => Math.max(...list)),
  Conv2D: (node, inputs) => convolution(node, inputs, false),
  _FusedConv2D: (node, inputs) => convolution(node, inputs, false),
  DepthwiseConv2dNative: (node, inputs) => convolution(node, inputs, true),
  FusedDepthwiseConv2dNative: (node, inputs) => convolution(node, inputs, true),
  MaxPool: pooled((list) => Math.max(...list)),
  AvgPool: pooled((list) => sum(list) / list.length),
  ResizeBilinear: (node, inputs) => resize(node, first(inputs), whole(inputs[1]) as [number, number]),
  Pad: padded,
  PadV2: padded,
  ConcatV2: (_node, inputs) => {
    const [axis = 0] = whole(inputs.at(-1));
    return joined(inputs.slice(0, -1), axis < 0 ? axis + first(inputs).dims.length : axis);
  },
  Reshape: (_node, inputs) => {
    const wanted = whole(inputs[1]);
    const known = sizeOf(wanted.filter((side) => side >= 0));
    return {
      dims: wanted.map((side) => (side < 0 ? first(inputs).data.length / known : side)),
      data: first(inputs).data,
    };
  },
  Transpose: (_node, inputs) => {
    const [input, order] = [first(inputs), whole(inputs[1])];
    const dims = order.map((side) => input.dims[side] as number);
    const back = (place: readonly number[]) => input.dims.map((_side, side) => place[order.indexOf(side)] as number);
    return { dims, data: placesOf(dims).map((place) => of(input, back(place))) };
  },
  Squeeze: (node, inputs) => {
    const axes = node.attributes.numbers('squeeze_dims');
    const input = first(inputs);
    const gone = (side: number, index: number) => (axes.length > 0 ? axes.includes(index) : side === 1);
    return { dims: input.dims.filter((side, index) => !gone(side, index)), data: input.data };
  },
  ExpandDims: (_node, inputs) => {
    const input = first(inputs);
    const [axis = 0] = whole(inputs[1]);
    return { dims: input.dims.toSpliced(axis < 0 ? axis + input.dims.length + 1 : axis, 0, 1), data: input.data };
  },
  Split: (node, inputs) => {
    const [input, [axis = 0]] = [inputs[1] as Values, whole(inputs[0])];
    const count = node.attributes.number('num_split');
    return parted(input, axis, new Array<number>(count).fill((input.dims[axis] as number) / count));
  },
  SplitV: (_node, inputs) => {
    const [input, sizes, [axis = 0]] = [first(inputs), whole(inputs[1]), whole(inputs[2])];
    const left = (input.dims[axis] as number) - sum(sizes.filter((size) => size >= 0));
    return parted(
      input,
      axis,
      sizes.map((size) => (size < 0 ? left : size)),
    );
  },
  Shape: (_node, inputs) => ({ dims: [first(inputs).dims.length], data: first(inputs).dims }),
  StridedSlice: (node, inputs) => strided(node, first(inputs), whole(inputs[1]), whole(inputs[2]), whole(inputs[3])),
  Pack: (node, inputs) => {
    const axis = node.attributes.number('axis');
    return joined(
      inputs.map((input) => ({ dims: input.dims.toSpliced(axis, 0, 1), data: input.data })),
      axis,
    );
  },
  TopKV2: (_node, inputs) => {
    const [input, [k = 1]] = [first(inputs), whole(inputs[1])];
    const last = input.dims.at(-1) as number;
    const rows = Array.from({ length: input.data.length / last }, (_row, row) =>
      input.data
        .slice(row * last, (row + 1) * last)
        .map((value, index) => ({ value, index }))
        .sort((a, b) => b.value - a.value || a.index - b.index)
        .slice(0, k),
    ).flat();
    const dims = input.dims.with(-1, k);
    return [
      { dims, data: rows.map(({ value }) => value) },
      { dims, data: rows.map(({ index }) => index) },
    ];
  },
  SparseToDense: (_node, inputs) => {
    const [places, dims, numbers, otherwise] = inputs.map(whole) as [number[], number[], number[], number[]];
    const data = new Array<number>(sizeOf(dims)).fill(otherwise[0] ?? 0);
    for (let index = 0; index * dims.length < places.length; index += 1)
      data[at(dims, places.slice(index * dims.length, (index + 1) * dims.length))] = (numbers[index] ??
        numbers[0]) as number;
    return { dims, data };
  },
};

/** What a graph answers: the values of some of its nodes, "node:1" for a second output. */
export function evaluate(graph: TfGraph, given: Readonly<Record<string, Values>>, wanted: readonly string[]): Values[] {
  const known = new Map<string, Values[]>(Object.entries(given).map(([name, value]) => [name, [value]]));
  const read = (reference: string): Values => {
    const found = /^(.*):(\d+)$/.exec(reference);
    const [name, output] = found ? [found[1] as string, Number(found[2])] : [reference, 0];
    if (!known.has(name)) {
      const constant = graph.constants.get(name);
      const node = graph.nodes.get(name) as TfNode;
      const compute = COMPUTE[node.op];
      if (constant) known.set(name, [{ dims: [...constant.dims], data: [...constant.data] }]);
      else if (!compute) throw new Error(`the reference has no ${node.op}`);
      else known.set(name, [compute(node, node.inputs.map(read))].flat());
    }
    return known.get(name)?.[output] as Values;
  };
  return wanted.map(read);
}
