import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readInterestModel } from '../../config/interest-model.js';
import { FEATURE_COUNT } from '../../domain/interest/features.js';
import type { InterestModel } from '../../ports/interest-model.js';
import type { Logger } from '../../ports/logger.js';
import { ModelError } from '../../ports/model-error.js';

const PPM = 1_000_000;

/**
 * The interest model in a folder, ready to answer; undefined when the folder holds none. It is tried once before it counts.
 * @throws ModelError when there is one that cannot be used, and why
 */
export async function openInterestModel(folder: string): Promise<InterestModel | undefined> {
  const found = readInterestModel(folder);
  if (!found) return undefined;
  const { manifest, bytes, path } = found;
  let session: InferenceSession;
  try {
    // One thread: a batch takes microseconds, and the other cores are the detector's.
    session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 });
  } catch (error) {
    throw new ModelError('modelFile', path, 'file', `ONNX Runtime cannot read it (${firstLine(error)})`);
  }
  const model = new OnnxInterest(`${manifest.name}@${manifest.sha256.slice(0, 12)}`, session);
  try {
    await model.judge(new Float32Array(2 * FEATURE_COUNT));
  } catch (error) {
    await session.release();
    throw new ModelError(
      'modelShape',
      path,
      'features',
      `expected features float32 [N, ${FEATURE_COUNT}] → probability [N, 1] (${firstLine(error)})`,
    );
  }
  return model;
}

class OnnxInterest implements InterestModel {
  constructor(
    readonly name: string,
    private readonly session: InferenceSession,
  ) {}

  async judge(features: Float32Array): Promise<Int32Array> {
    const rows = features.length / FEATURE_COUNT;
    const { probability } = await this.session.run({
      features: new Tensor('float32', features, [rows, FEATURE_COUNT]),
    });
    const values = probability?.data;
    if (!(values instanceof Float32Array) || values.length !== rows)
      throw new Error(`expected ${rows} probabilities, found ${values?.length ?? 'none'}`);
    return Int32Array.from(values, (value) => {
      if (!(value >= 0 && value <= 1)) throw new Error(`expected a probability, found ${value}`);
      return Math.round(value * PPM);
    });
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

const firstLine = (error: unknown): string => (error as Error).message.split('\n', 1)[0] ?? '';

/**
 * The model of the first folder that holds a usable one: the shop's own before the shipped. What cannot be used is said, with
 * the reason; without any the agent goes on without interest.
 */
export async function firstInterestModel(folders: readonly string[], log: Logger): Promise<InterestModel | undefined> {
  for (const folder of folders) {
    try {
      const model = await openInterestModel(folder);
      if (!model) continue;
      log.info({ model: model.name, folder }, 'interest model');
      return model;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      log.error({ code: error.code, reason: error.message }, 'the interest model is refused');
    }
  }
  log.warn({ folders }, 'no interest model: interest is not judged');
  return undefined;
}
