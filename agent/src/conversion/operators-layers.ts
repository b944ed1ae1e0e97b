import {
  axisOf,
  refusal,
  tensorOf,
  transposed,
  turnedAxis,
  valuesOf,
  type Conversion,
  type Dims,
  type Operand,
} from './operands.js';
import type { Attribute } from './onnx-graph.js';
import type { Constant, TfNode } from './tfjs-graph.js';

/** Layers over pictures: their weights and order of sides differ between TensorFlow (channels last) and ONNX (first). */
export type Convert = (node: TfNode, inputs: readonly (Operand | undefined)[], to: Conversion) => Operand[];

/** @throws ConversionError unless the layer is of a kind that ONNX has: channels last, batch and channels untouched */
function framed(node: TfNode): { strides: number[]; dilations: number[]; frame: Record<string, Attribute> } {
  const { attributes } = node;
  const format = attributes.text('data_format', 'NHWC');
  if (format !== 'NHWC') throw refusal(node, `expected data_format NHWC, found ${format}`);
  const padding = attributes.text('padding', 'VALID');
  if (padding !== 'SAME' && padding !== 'VALID') throw refusal(node, `padding ${padding} is not supported`);
  const inner = (name: string) => {
    const values = attributes.numbers(name);
    return values.length === 4 ? values.slice(1, 3) : [1, 1];
  };
  const [strides, dilations] = [inner('strides'), inner('dilations')];
  const auto: Record<string, Attribute> = padding === 'SAME' ? { auto_pad: 'SAME_UPPER' } : { auto_pad: 'VALID' };
  return { strides, dilations, frame: { ...auto, strides } };
}

/** Length of a side behind a layer: as many steps as begin in it (SAME), or as fit into it (VALID). */
function lengthBehind(
  node: TfNode,
  side: number | null,
  kernel: number,
  stride: number,
  dilation: number,
): number | null {
  if (side === null) return null;
  if (node.attributes.text('padding') === 'SAME') return Math.ceil(side / stride);
  return Math.floor((side - (kernel - 1) * dilation - 1) / stride) + 1;
}

function convolution(node: TfNode, inputs: readonly (Operand | undefined)[], to: Conversion, deep: boolean): Operand[] {
  const input = tensorOf(node, inputs[0]);
  const kernel = inputs[1];
  if (kernel?.kind !== 'fixed' || kernel.dims.length !== 4)
    throw refusal(node, 'its kernel must be constant, with four sides');
  const [height, width, within, last] = kernel.dims as [number, number, number, number];
  const { strides, dilations, frame } = framed(node);
  const channels = input.dims[3];
  const weights: Constant = deep ? deepWeights(kernel) : transposed(kernel, [3, 2, 0, 1]);
  const group = deep ? within : channels === null || channels === undefined ? 1 : channels / within;
  if (!Number.isInteger(group)) throw refusal(node, `${channels} channels do not fit a kernel of ${within}`);
  const names = [to.channelsFirst(input), to.emit(weights.dims, weights.data)];
  // Fused layers: a bias and what follows it; the last inputs belong to the activation.
  const fused = node.attributes.texts('fused_ops');
  const bias = fused.includes('BiasAdd') ? inputs[2] : undefined;
  if (bias) names.push(to.plain(bias));
  let name = to.graph.one('Conv', names, { ...frame, dilations, group, kernel_shape: [height, width] });
  for (const after of fused.filter((one) => one !== 'BiasAdd')) name = activation(node, after, name, to);
  const outputs = deep ? within * last : last;
  const side = (at: 0 | 1, kernelSide: number) =>
    lengthBehind(node, input.dims[at + 1] ?? null, kernelSide, strides[at] as number, dilations[at] as number);
  const dims: Dims = [input.dims[0] ?? null, side(0, height), side(1, width), outputs];
  return [to.tensor(name, dims, { type: 'float', turned: true })];
}

/** [h, w, c, m] → [c·m, 1, h, w]: each channel has m kernels of its own. */
function deepWeights(kernel: Constant): Constant {
  const [height, width, channels, each] = kernel.dims as [number, number, number, number];
  const { data } = transposed(kernel, [2, 3, 0, 1]);
  return { dims: [channels * each, 1, height, width], data };
}

function activation(node: TfNode, what: string, name: string, to: Conversion): string {
  if (what === 'Relu') return to.graph.one('Relu', [name]);
  if (what === 'Relu6') return relu6(name, to);
  if (what === 'LeakyRelu')
    return to.graph.one('LeakyRelu', [name], { alpha: { float: node.attributes.number('leakyrelu_alpha', 0.2) } });
  if (what === 'Elu' || what === 'Sigmoid') return to.graph.one(what, [name]);
  throw refusal(node, `the fused operation ${what} is not supported`);
}

export const relu6 = (name: string, to: Conversion): string =>
  to.graph.one('Clip', [name, to.graph.constant('float', [], [0]), to.graph.constant('float', [], [6])]);

function pool(kind: 'MaxPool' | 'AveragePool'): Convert {
  return (node, inputs, to) => {
    const input = tensorOf(node, inputs[0]);
    const { strides, frame } = framed(node);
    const kernel = node.attributes.numbers('ksize').slice(1, 3);
    const name = to.graph.one(kind, [to.channelsFirst(input)], { ...frame, kernel_shape: kernel });
    const side = (at: 0 | 1) =>
      lengthBehind(node, input.dims[at + 1] ?? null, kernel[at] as number, strides[at] as number, 1);
    return [
      to.tensor(name, [input.dims[0] ?? null, side(0), side(1), input.dims[3] ?? null], {
        type: 'float',
        turned: true,
      }),
    ];
  };
}

/**
 * Resizing by whole factors, so that the size of the picture stays free: the new size is a constant over a known one, or so
 * many times the input's own shape.
 */
const resize: Convert = (node, inputs, to) => {
  const input = tensorOf(node, inputs[0]);
  const size = inputs[1];
  let factors: number[];
  if (size?.kind === 'fixed') {
    const own = input.dims.slice(1, 3);
    if (own.some((side) => side === null)) throw refusal(node, 'a fixed size needs an input of a fixed size');
    factors = [0, 1].map((at) => (size.data[at] as number) / (own[at] as number));
  } else {
    const told = size?.shapeOf;
    if (!told || told.of.name !== input.name || told.sides.join() !== '1,2')
      throw refusal(node, 'its size must be constant, or so many times its input’s');
    factors = [...told.factors];
  }
  const aligned = node.attributes.flag('align_corners');
  const halves = node.attributes.flag('half_pixel_centers');
  const name = to.graph.one(
    'Resize',
    [to.channelsFirst(input), '', to.graph.constant('float', [4], [1, 1, ...factors])],
    {
      mode: 'linear',
      coordinate_transformation_mode: aligned ? 'align_corners' : halves ? 'half_pixel' : 'asymmetric',
    },
  );
  const side = (at: 0 | 1) => {
    const own = input.dims[at + 1] ?? null;
    return own === null ? null : Math.floor(own * (factors[at] as number));
  };
  return [
    to.tensor(name, [input.dims[0] ?? null, side(0), side(1), input.dims[3] ?? null], { type: 'float', turned: true }),
  ];
};

/** [before, after] of each side. */
const pad: Convert = (node, inputs, to) => {
  const input = tensorOf(node, inputs[0]);
  const pairs = valuesOf(node, inputs[1], 'its paddings');
  const [value = 0] = inputs[2] ? valuesOf(node, inputs[2], 'its value') : [];
  const sides = input.dims.map((_side, at) => at);
  const order = input.turned ? [0, 3, 1, 2] : sides;
  const ends = [
    ...order.map((side) => pairs[2 * side] as number),
    ...order.map((side) => pairs[2 * side + 1] as number),
  ];
  const name = to.graph.one('Pad', [input.name, to.list(ends), to.graph.constant('float', [], [value])], {
    mode: 'constant',
  });
  const dims = input.dims.map((side, at) => side && side + (pairs[2 * at] as number) + (pairs[2 * at + 1] as number));
  return [to.tensor(name, dims, input)];
};

const concat: Convert = (node, inputs, to) => {
  const parts = inputs.slice(0, -1).map((input) => input as Operand);
  const [axis = 0] = valuesOf(node, inputs.at(-1), 'its axis');
  const rank = parts[0]?.dims.length ?? 0;
  const at = axisOf(axis, rank);
  const turned = parts.some((part) => part.kind === 'tensor' && part.turned);
  const names = parts.map((part) => (turned ? to.channelsFirst(part) : to.plain(part)));
  const name = to.graph.one('Concat', names, { axis: turned ? turnedAxis(at) : at });
  const dims = (parts[0] as Operand).dims.map((side, index) =>
    index === at ? parts.reduce<number | null>((sum, part) => addSides(sum, part.dims[at] ?? null), 0) : side,
  );
  const type = parts.find((part) => part.kind === 'tensor')?.type ?? 'float';
  return [to.tensor(name, dims, { type, turned })];
};

const addSides = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

export const LAYERS: Readonly<Record<string, Convert>> = {
  Conv2D: (node, inputs, to) => convolution(node, inputs, to, false),
  _FusedConv2D: (node, inputs, to) => convolution(node, inputs, to, false),
  DepthwiseConv2dNative: (node, inputs, to) => convolution(node, inputs, to, true),
  FusedDepthwiseConv2dNative: (node, inputs, to) => convolution(node, inputs, to, true),
  MaxPool: pool('MaxPool'),
  AvgPool: pool('AveragePool'),
  ResizeBilinear: resize,
  Pad: pad,
  PadV2: pad,
  ConcatV2: concat,
};
