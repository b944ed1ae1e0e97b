import { GraphConversion } from './convert.js';
import type { TfGraph } from './tfjs-graph.js';

/** How published TensorFlow.js graphs become detectors of ours: where they are cut, and what is read from them. */

/** Channels of the heads of MoveNet MultiPose, one behind the other, in a grid of a quarter of the input. */
export const MOVENET_CHANNELS = 90;

/**
 * MoveNet MultiPose (https://tfhub.dev/google/tfjs-model/movenet/multipose/lightning/1), cut at its heads: the graph behind them
 * takes six people and no more, and wants one size of picture. What is read, per cell: how likely a body's centre is here,
 * height and width of its box, offset of the centre (y, x), how likely each of 17 joints is here, where a body's joints lie
 * from its centre (y, x), and the offset of a joint that is here (y, x); lengths in cells.
 *
 * Input `image` [1, 3, h, w], red, green, blue, each −1 to 1; h and w multiples of 32. Output `heads` [1, 90, h ÷ 4, w ÷ 4].
 */
export function convertMovenet(graph: TfGraph): Uint8Array {
  const root = 'StatefulPartitionedCall/';
  const conversion = new GraphConversion(graph, {
    [`${root}sub_1`]: { name: 'image', type: 'float', dims: [1, null, null, 3], channelsFirst: true },
  });
  const { onnx, to } = conversion;
  const heads = [
    `${root}Sigmoid`,
    `${root}box_scale_0/conv2d_5/BiasAdd`,
    `${root}box_offset_0/conv2d_6/BiasAdd`,
    `${root}Sigmoid_1`,
    `${root}kpt_regress_0/conv2d_8/BiasAdd`,
    `${root}kpt_offset_0/conv2d_9/BiasAdd`,
  ].map((name) => to.channelsFirst(conversion.tensor(name)));
  onnx.call('heads', onnx.one('Concat', heads, { axis: 1 }));
  return conversion.finish('movenet-multipose', [{ name: 'heads', dims: [1, MOVENET_CHANNELS, 'rows', 'columns'] }]);
}

/**
 * NanoDet-g (https://github.com/RangiLyu/nanodet), whose graph gives scores and distances of each of three grids apart.
 *
 * Input `image` [1, 3, 416, 416]. Output `places` [1, 3549, 80 + 4 × 11]: scores of the classes, then how likely each of eleven
 * distances to the left, top, right and bottom is, before the exponential; grids of strides 8, 16, 32.
 */
export function convertNanodet(graph: TfGraph): Uint8Array {
  const conversion = new GraphConversion(graph, { input_1: { name: 'image', type: 'float', dims: [1, 3, 416, 416] } });
  const { onnx, to } = conversion;
  const levels = [
    ['Identity', 'Identity_3'],
    ['Identity_1', 'Identity_4'],
    ['Identity_2', 'Identity_5'],
  ].map((pair) =>
    onnx.one(
      'Concat',
      pair.map((name) => to.plain(conversion.tensor(name))),
      { axis: 2 },
    ),
  );
  onnx.call('places', onnx.one('Concat', levels, { axis: 1 }));
  return conversion.finish('nanodet', [{ name: 'places', dims: [1, 3549, 124] }]);
}
