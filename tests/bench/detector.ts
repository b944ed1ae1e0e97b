import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { InlineDetector } from '../../agent/src/adapters/vision/inline-detector.js';
import { findModel, modelFolders } from '../../agent/src/config/model-manifest.js';
import { root } from '../support/system.js';
import { atMost, percentile, type Figure } from './figures.js';

const ROUNDS = 300;
const WARM_UP = 20;
const WIDTH = 640;
const HEIGHT = 360;

/**
 * A JPEG in, boxes out, in this thread, against what nobody can do without: ONNX Runtime's own call on a ready tensor and
 * sharp's decoding of the same picture, with the same settings. The three take turns, picture by picture.
 */
export async function benchDetector(): Promise<Figure[]> {
  const folders = modelFolders(process.env.AISLE_MODELS);
  const manifest = availableModel(folders);
  if (manifest === undefined) {
    process.stderr.write('detector skipped: there is no model; AISLE_MODELS names folders with other people’s\n');
    return [];
  }
  const detector = await InlineDetector.open({ manifest, folders });
  const { manifest: said, modelFile } = detector.found;
  const session = await InferenceSession.create(modelFile, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const { width, height, type, layout, name } = said.input;
  const dims = layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3];
  const size = width * height * 3;
  const tensor =
    type === 'uint8'
      ? new Tensor('uint8', new Uint8Array(size).fill(114), dims)
      : new Tensor('float32', new Float32Array(size).fill(114), dims);
  const picture = await framePicture();

  const ours: number[] = [];
  const bare: number[] = [];
  const measure = async (into: number[], work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    into.push(performance.now() - began);
  };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const reference = async () => {
      await sharp(picture).raw().toBuffer();
      await session.run({ [name]: tensor });
    };
    const own = () => detector.detect(picture);
    // Who goes first changes, so that nobody always finds a warm cache.
    const turns = [() => measure(ours, own), () => measure(bare, reference)];
    if (round % 2 === 0) turns.reverse();
    for (const turn of turns) await turn();
    if (round === -1) ours.length = bare.length = 0;
  }
  await detector.close();
  await session.release();
  return [
    atMost(
      `detector, JPEG ${WIDTH} × ${HEIGHT} in, boxes out (${said.name})`,
      quick(ours),
      'ms',
      { name: 'ONNX Runtime and sharp alone', value: quick(bare) },
      1.2,
    ),
  ];
}

/** Our own model, else whichever of the others has its weights here. */
function availableModel(folders: readonly string[]): string | undefined {
  const files = ['person-detector', 'yolox-nano', 'fastestdet'].map((name) =>
    path.join(root, 'models', name, 'manifest.json'),
  );
  return files.find((file) => {
    try {
      return findModel(file, folders) !== undefined;
    } catch {
      return false;
    }
  });
}

/** A picture as a camera sends it: detail everywhere, so that it decodes like a real one. */
async function framePicture(): Promise<Buffer> {
  const noise = Buffer.alloc(WIDTH * HEIGHT * 3);
  let state = 1;
  for (let i = 0; i < noise.length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    noise[i] = 110 + 60 * Math.sin(x / 17 + (i % 3)) + 40 * Math.cos(y / 11) + (state >>> 27) / 2;
  }
  return sharp(noise, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** Whatever else the machine does only ever adds time: the quicker tenth is the work itself. */
const quick = (values: readonly number[]): number => percentile(values, 0.1);
