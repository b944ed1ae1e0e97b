import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { CONVERTIBLE, GraphConversion } from '../../src/conversion/convert.js';
import { readTfjsGraph, type TfGraph } from '../../src/conversion/tfjs-graph.js';
import { evaluate, sizeOf, values, type Values } from './reference.js';
import { tinyGraph, type TinyConstant, type TinyNode } from './tiny-graph.js';

/** Numbers without a pattern that a mistake could hide in. */
const wave = (index: number): number => Math.sin(index * 12.9898 + 0.5) * 2;
const floats = (dims: number[], of = wave): TinyConstant => ({ dims, values: values(dims, of).data });
const ints = (...list: number[]): TinyConstant => ({ dims: [list.length], values: list, whole: true });
const int = (value: number): TinyConstant => ({ dims: [], values: [value], whole: true });

interface Case {
  nodes: TinyNode[];
  constants?: Record<string, TinyConstant>;
  /** of the input "in" */
  input?: number[];
  /** the sides of the input that the ONNX graph is not told */
  free?: boolean;
  channelsFirst?: boolean;
  outputs?: string[];
  /** does the graph run on another size, too? */
  other?: number[];
}

const read = (nodes: readonly TinyNode[], constants: Record<string, TinyConstant> = {}): TfGraph => {
  const { model, weights } = tinyGraph(nodes, constants);
  return readTfjsGraph(model, weights);
};

async function converted(graph: TfGraph, one: Case) {
  const input = one.input ?? [1, 6, 8, 4];
  const outputs = one.outputs ?? ['out'];
  const dims = one.free === true ? [input[0] as number, null, null, input[3] as number] : input;
  const first = one.channelsFirst === true;
  const conversion = new GraphConversion(graph, { in: { name: 'in', type: 'float', dims, channelsFirst: first } });
  const told = outputs.map((reference, at) => {
    const tensor = conversion.tensor(reference);
    const name = conversion.to.plain(tensor);
    const cast = tensor.type === 'float' ? name : conversion.onnx.one('Cast', [name], { to: 1 });
    conversion.onnx.call(`out-${at}`, cast);
    return { name: `out-${at}`, dims: tensor.dims.map((side, index) => side ?? `side-${at}-${index}`) };
  });
  const session = await InferenceSession.create(conversion.finish('tiny', told), { logSeverityLevel: 3 });
  return async (given: Values): Promise<Values[]> => {
    const [n, h, w, c] = given.dims as [number, number, number, number];
    const turned = first
      ? values([n, c, h, w], (index) => {
          const [channel, place] = [Math.floor(index / (h * w)) % c, index % (h * w)];
          return given.data[(Math.floor(index / (h * w * c)) * h * w + place) * c + channel] as number;
        })
      : given;
    const feed = new Tensor('float32', Float32Array.from(turned.data), turned.dims);
    const result = await session.run({ in: feed });
    return told.map(({ name }) => ({
      dims: [...(result[name] as Tensor).dims],
      data: [...((result[name] as Tensor).data as Float32Array)],
    }));
  };
}

async function agrees(one: Case): Promise<void> {
  const input = one.input ?? [1, 6, 8, 4];
  const graph = read([{ name: 'in', op: 'Placeholder' }, ...one.nodes], one.constants);
  const run = await converted(graph, one);
  for (const dims of [input, ...(one.other ? [one.other] : [])]) {
    const given = values(dims, wave);
    const expected = evaluate(graph, { in: given }, one.outputs ?? ['out']);
    const found = await run(given);
    for (const [at, { dims: shape, data }] of found.entries()) {
      expect(shape).toEqual(expected[at]?.dims);
      data.forEach((value, index) => expect(value).toBeCloseTo(expected[at]?.data[index] as number, 4));
      expect(data).toHaveLength(sizeOf(shape));
    }
  }
}

const layer = { strides: [1, 2, 2, 1], dilations: [1, 1, 1, 1], padding: 'SAME', data_format: 'NHWC' };
const node = (op: string, inputs: string[], attributes: TinyNode['attributes'] = {}, name = 'out'): TinyNode => ({
  ...{ name, op, inputs },
  attributes,
});
const kernel = floats([3, 3, 4, 5]);
const fused = (...ops: string[]) => ({ ...layer, fused_ops: ops });

const CASES: Record<string, Case> = {
  'Conv2D SAME, stride 2': { nodes: [node('Conv2D', ['in', 'k'], layer)], constants: { k: kernel } },
  'Conv2D VALID, stride 1, odd picture': {
    nodes: [node('Conv2D', ['in', 'k'], { ...layer, strides: [1, 1, 1, 1], padding: 'VALID' })],
    constants: { k: kernel },
    input: [1, 7, 9, 4],
  },
  'Conv2D in groups': { nodes: [node('Conv2D', ['in', 'k'], layer)], constants: { k: floats([3, 3, 2, 6]) } },
  '_FusedConv2D with bias and Relu6': {
    nodes: [node('_FusedConv2D', ['in', 'k', 'b'], fused('BiasAdd', 'Relu6'))],
    constants: { k: kernel, b: floats([5]) },
  },
  '_FusedConv2D with bias alone, channels first, of any size': {
    nodes: [node('_FusedConv2D', ['in', 'k', 'b'], fused('BiasAdd'))],
    constants: { k: kernel, b: floats([5]) },
    free: true,
    channelsFirst: true,
    other: [1, 10, 12, 4],
  },
  '_FusedConv2D with LeakyRelu': {
    nodes: [
      node('_FusedConv2D', ['in', 'k', 'b'], { ...fused('BiasAdd', 'LeakyRelu'), leakyrelu_alpha: { float: 0.3 } }),
    ],
    constants: { k: kernel, b: floats([5]) },
  },
  'DepthwiseConv2dNative with two kernels a channel': {
    nodes: [node('DepthwiseConv2dNative', ['in', 'k'], layer)],
    constants: { k: floats([3, 3, 4, 2]) },
  },
  'FusedDepthwiseConv2dNative with bias and Relu6': {
    nodes: [node('FusedDepthwiseConv2dNative', ['in', 'k', 'b'], fused('BiasAdd', 'Relu6'))],
    constants: { k: floats([3, 3, 4, 1]), b: floats([4]) },
  },
  'MaxPool SAME': { nodes: [node('MaxPool', ['in'], { ...layer, ksize: [1, 3, 3, 1] })] },
  'AvgPool VALID': { nodes: [node('AvgPool', ['in'], { ...layer, ksize: [1, 2, 2, 1], padding: 'VALID' })] },
  'ResizeBilinear to a fixed size, half pixels': {
    nodes: [node('ResizeBilinear', ['in', 's'], { half_pixel_centers: true })],
    constants: { s: ints(12, 16) },
  },
  'ResizeBilinear to half the size': {
    nodes: [node('ResizeBilinear', ['in', 's'], { half_pixel_centers: true })],
    constants: { s: ints(3, 4) },
  },
  'ResizeBilinear with corners aligned': {
    nodes: [node('ResizeBilinear', ['in', 's'], { align_corners: true })],
    constants: { s: ints(12, 16) },
  },
  'ResizeBilinear as TensorFlow 1 did': {
    nodes: [node('ResizeBilinear', ['in', 's'])],
    constants: { s: ints(12, 16) },
  },
  'ResizeBilinear to twice the picture’s own size, whatever it is': {
    nodes: [
      node('Shape', ['in'], {}, 'shape'),
      node('StridedSlice', ['shape', 'one', 'three', 'step'], {}, 'sides'),
      node('Mul', ['sides', 'two'], {}, 'size'),
      node('ResizeBilinear', ['in', 'size'], { half_pixel_centers: true }),
    ],
    constants: { one: ints(1), three: ints(3), step: ints(1), two: ints(2, 2) },
    free: true,
    other: [1, 4, 10, 4],
  },
  Pad: {
    nodes: [node('Pad', ['in', 'p'])],
    constants: { p: { dims: [4, 2], values: [0, 0, 1, 2, 3, 0, 0, 1], whole: true } },
  },
  'PadV2 with a value, of a layer’s output': {
    nodes: [node('Conv2D', ['in', 'k'], layer, 'c'), node('PadV2', ['c', 'p', 'v'])],
    constants: {
      k: kernel,
      p: { dims: [4, 2], values: [0, 0, 1, 2, 3, 0, 0, 1], whole: true },
      v: { dims: [], values: [-7] },
    },
  },
  'ConcatV2 of layers, over channels': {
    nodes: [node('Conv2D', ['in', 'k'], layer, 'c'), node('Relu', ['c'], {}, 'r'), node('ConcatV2', ['c', 'r', 'a'])],
    constants: { k: kernel, a: int(-1) },
  },
  'ConcatV2 over rows': { nodes: [node('ConcatV2', ['in', 'in', 'a'])], constants: { a: int(1) } },
  'Add of a channel’s own numbers to a layer': {
    nodes: [node('Conv2D', ['in', 'k'], layer, 'c'), node('AddV2', ['c', 'b'])],
    constants: { k: kernel, b: floats([5]) },
  },
  'Mul of a layer by a picture that was not turned': {
    nodes: [
      node('Relu', ['in'], {}, 'r'),
      node('Conv2D', ['in', 'k'], { ...layer, strides: [1, 1, 1, 1] }, 'c'),
      node('Mul', ['r', 'c']),
    ],
    constants: { k: floats([3, 3, 4, 4]) },
  },
  'Sub from a fixed [1, 1, 1, c]': {
    nodes: [node('Conv2D', ['in', 'k'], layer, 'c'), node('Sub', ['b', 'c'])],
    constants: { k: kernel, b: floats([1, 1, 1, 5]) },
  },
  'Add of a number': { nodes: [node('Add', ['in', 'b'])], constants: { b: { dims: [], values: [1.5] } } },
  BiasAdd: { nodes: [node('BiasAdd', ['in', 'b'])], constants: { b: floats([4]) } },
  AddN: { nodes: [node('Abs', ['in'], {}, 'a'), node('AddN', ['in', 'a', 'in'])] },
  'RealDiv, Maximum and Minimum': {
    nodes: [
      node('RealDiv', ['in', 'd'], {}, 'q'),
      node('Maximum', ['q', 'low'], {}, 'm'),
      node('Minimum', ['m', 'high']),
    ],
    constants: {
      d: floats([4], (index) => index + 1),
      low: { dims: [], values: [-0.25] },
      high: { dims: [], values: [0.5] },
    },
  },
  'Less, cast to numbers': {
    nodes: [node('Less', ['in', 'z'], {}, 'l'), node('Cast', ['l'], { DstT: { type: 'DT_FLOAT' } })],
    constants: { z: { dims: [], values: [0.3] } },
  },
  'Greater, GreaterEqual and Equal': {
    nodes: [
      node('Greater', ['in', 'z'], {}, 'g'),
      node('GreaterEqual', ['in', 'z'], {}, 'ge'),
      node('Equal', ['in', 'in'], {}, 'e'),
    ],
    constants: { z: { dims: [], values: [0.3] } },
    outputs: ['g', 'ge', 'e'],
  },
  'Cast to whole numbers': { nodes: [node('Cast', ['in'], { DstT: { type: 'DT_INT32' } })] },
  'operators of one value': {
    nodes: ['Sigmoid', 'Relu', 'Relu6', 'Tanh', 'Exp', 'Abs', 'Neg', 'Identity'].map((op) => node(op, ['in'], {}, op)),
    outputs: ['Sigmoid', 'Relu', 'Relu6', 'Tanh', 'Exp', 'Abs', 'Neg'],
  },
  'Sqrt and Reciprocal': {
    nodes: [node('Exp', ['in'], {}, 'e'), node('Sqrt', ['e'], {}, 's'), node('Reciprocal', ['e'], {}, 'r')],
    outputs: ['s', 'r'],
  },
  LeakyRelu: { nodes: [node('LeakyRelu', ['in'], { alpha: { float: 0.1 } })] },
  'Softmax of a layer, over channels': {
    nodes: [node('Conv2D', ['in', 'k'], layer, 'c'), node('Softmax', ['c'])],
    constants: { k: kernel },
  },
  'Mean and Max over rows and columns of a layer': {
    nodes: [
      node('Conv2D', ['in', 'k'], layer, 'c'),
      node('Mean', ['c', 'axes'], { keep_dims: true }, 'mean'),
      node('Max', ['c', 'axes'], { keep_dims: false }, 'max'),
      node('Sum', ['c', 'last'], { keep_dims: true }, 'sum'),
    ],
    constants: { k: kernel, axes: ints(1, 2), last: ints(-1) },
    outputs: ['mean', 'max', 'sum'],
  },
  'Transpose of a layer, to channels first and back': {
    nodes: [
      node('Conv2D', ['in', 'k'], layer, 'c'),
      node('Transpose', ['c', 'first'], {}, 'f'),
      node('Relu', ['f'], {}, 'r'),
      node('Transpose', ['r', 'last']),
    ],
    constants: { k: kernel, first: ints(0, 3, 1, 2), last: ints(0, 2, 3, 1) },
    outputs: ['f', 'out'],
  },
  'Transpose into another order': { nodes: [node('Transpose', ['in', 'o'])], constants: { o: ints(2, 1, 0, 3) } },
  'Transpose of a layer into another order': {
    nodes: [node('Conv2D', ['in', 'k'], layer, 'c'), node('Transpose', ['c', 'o'])],
    constants: { k: kernel, o: ints(2, 0, 3, 1) },
  },
  'Reshape of a layer, with a side left open': {
    nodes: [node('Conv2D', ['in', 'k'], layer, 'c'), node('Reshape', ['c', 's'])],
    constants: { k: kernel, s: ints(1, -1, 5) },
  },
  'Reshape to a shape put together from constants': {
    nodes: [
      node('SparseToDense', ['p', 'n', 'v', 'z'], {}, 's'),
      node('AddV2', ['s', 'more'], {}, 'shape'),
      node('Reshape', ['in', 'shape']),
    ],
    constants: {
      p: { dims: [1, 1], values: [1], whole: true },
      n: ints(3),
      v: ints(47),
      z: int(0),
      more: ints(1, 1, 4),
    },
  },
  'Squeeze and ExpandDims': {
    nodes: [node('Squeeze', ['in'], { squeeze_dims: [0] }, 's'), node('ExpandDims', ['s', 'a'], {}, 'e')],
    constants: { a: int(-1) },
    outputs: ['s', 'e'],
  },
  'Split of a layer, over channels': {
    nodes: [node('Conv2D', ['in', 'k'], layer, 'c'), node('Split', ['a', 'c'], { num_split: 3 }, 'p')],
    constants: { k: floats([3, 3, 4, 6]), a: int(3) },
    outputs: ['p', 'p:1', 'p:2'],
  },
  'SplitV with a size left open': {
    nodes: [node('SplitV', ['in', 's', 'a'], { num_split: 2 }, 'p')],
    constants: { s: ints(1, -1), a: int(3) },
    outputs: ['p', 'p:1'],
  },
  'StridedSlice with begin, end and steps': {
    nodes: [node('StridedSlice', ['in', 'b', 'e', 's'])],
    constants: { b: ints(0, 1, -7, 0), e: ints(1, 5, -1, 4), s: ints(1, 2, 3, 1) },
  },
  'StridedSlice with masks: begin, end, shrink': {
    nodes: [node('StridedSlice', ['in', 'b', 'e', 's'], { begin_mask: 3, end_mask: 5, shrink_axis_mask: 8 })],
    constants: { b: ints(0, 4, 2, -1), e: ints(0, 5, 0, 0), s: ints(1, 1, 1, 1) },
  },
  'StridedSlice with new axes': {
    nodes: [node('StridedSlice', ['in', 'b', 'e', 's'], { begin_mask: 2, end_mask: 2, new_axis_mask: 5 })],
    constants: { b: ints(0, 0, 0), e: ints(0, 0, 0), s: ints(1, 1, 1) },
  },
  Pack: { nodes: [node('Pack', ['in', 'in'], { axis: 1 })] },
  'TopKV2, values and places': {
    nodes: [node('Reshape', ['in', 's'], {}, 'r'), node('TopKV2', ['r', 'k'], {}, 't')],
    constants: { s: ints(2, -1), k: int(5) },
    outputs: ['t', 't:1'],
  },
};

describe('TensorFlow.js graphs become ONNX', () => {
  it.each(Object.keys(CASES))('%s', async (name) => agrees(CASES[name] as Case), 30_000);

  it('every operator that can be converted is held against the reference', () => {
    const tried = new Set(Object.values(CASES).flatMap(({ nodes }) => nodes.map(({ op }) => op)));
    expect([...CONVERTIBLE].filter((op) => !tried.has(op) && op !== 'Const' && op !== 'Placeholder')).toEqual([]);
  });

  it('a convolution by hand: 3 × 3 of ones over a corner, weights as halves', async () => {
    const graph = read(
      [{ name: 'in', op: 'Placeholder' }, node('Conv2D', ['in', 'k'], { ...layer, strides: [1, 1, 1, 1] })],
      {
        k: { dims: [3, 3, 1, 1], values: [1, 2, 3, 4, 5, 6, 7, 8, 9], kept: 'float16' },
      },
    );
    const run = await converted(graph, { nodes: [], input: [1, 2, 2, 1] });
    // In the upper left corner the kernel's last two rows and columns lie in the picture: 5 + 6 + 8 + 9.
    expect((await run({ dims: [1, 2, 2, 1], data: [1, 1, 1, 1] }))[0]?.data).toEqual([28, 24, 16, 12]);
  });

  it('weights are read as they are kept: halves, bytes, words', () => {
    const list = [-2, -0.5, 0, 0.25, 3];
    const { constants } = read([], {
      half: { dims: [5], values: list, kept: 'float16' },
      byte: { dims: [5], values: list, kept: 'uint8' },
      word: { dims: [5], values: list, kept: 'uint16' },
      whole: { dims: [2], values: [7, -8], whole: true },
    });
    expect([...(constants.get('half')?.data ?? [])]).toEqual(list);
    expect([...(constants.get('whole')?.data ?? [])]).toEqual([7, -8]);
    for (const [name, near] of [
      ['byte', 0.011],
      ['word', 0.0001],
    ] as const)
      list.forEach((value, at) =>
        expect(Math.abs((constants.get(name)?.data[at] as number) - value)).toBeLessThan(near),
      );
  });

  const broken: [string, () => unknown, RegExp][] = [
    [
      'no graph model',
      () => readTfjsGraph({ format: 'layers-model' }, new Uint8Array()),
      /expected a TensorFlow\.js graph model/,
    ],
    [
      'weights cut short',
      () => {
        const { model, weights } = tinyGraph([], { k: kernel });
        return readTfjsGraph(model, weights.subarray(0, -3));
      },
      /weights of "k": the file ends 3 bytes too soon/,
    ],
    [
      'weights with more behind them',
      () => {
        const { model, weights } = tinyGraph([], { k: kernel });
        return readTfjsGraph(model, Buffer.concat([weights, Buffer.alloc(8)]));
      },
      /expected 720 bytes of weights, as the manifest says, found 728/,
    ],
    [
      'an operator that nobody has written',
      () => {
        const graph = read([{ name: 'in', op: 'Placeholder' }, node('NonMaxSuppressionV3', ['in'])]);
        return new GraphConversion(graph, { in: { name: 'in', type: 'float', dims: [1] } }).tensor('out');
      },
      /NonMaxSuppressionV3 "out" is not supported/,
    ],
    [
      'a node that is not there',
      () => new GraphConversion(read([node('Relu', ['in'])]), {}).tensor('out'),
      /the graph has no node "in"/,
    ],
    [
      'a circle',
      () => new GraphConversion(read([node('Relu', ['b']), node('Relu', ['out'], {}, 'b')]), {}).tensor('out'),
      /rests on itself/,
    ],
    [
      'a size that depends on the picture',
      () => {
        const graph = read([
          { name: 'in', op: 'Placeholder' },
          node('Shape', ['in'], {}, 's'),
          node('Reshape', ['in', 's']),
        ]);
        return new GraphConversion(graph, { in: { name: 'in', type: 'float', dims: [1, null] } }).tensor('out');
      },
      /Reshape "out": its shape must be constant/,
    ],
  ];
  it.each(broken)('refuses %s by name', (_what, act, message) => expect(act).toThrow(message));
});
