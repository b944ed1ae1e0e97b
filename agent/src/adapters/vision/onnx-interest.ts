import { readInterestModel } from '../../config/interest-model.js';
import { FEATURE_COUNT } from '../../domain/interest/features.js';
import type { InterestModel, InterestNetwork } from '../../ports/interest-model.js';
import type { Logger } from '../../ports/logger.js';
import { ModelError } from '../../ports/model-error.js';

const PPM = 1_000_000;

/**
 * The interest model in a folder, ready to answer; undefined when the folder holds none. It is tried once before it counts.
 * @param plainly gives networks that need no ONNX Runtime, which is loaded for others only
 * @throws ModelError when there is one that cannot be used, and why
 */
export async function openInterestModel(
  folder: string,
  plainly: (bytes: Uint8Array) => InterestNetwork | undefined = () => undefined,
): Promise<InterestModel | undefined> {
  const found = readInterestModel(folder);
  if (!found) return undefined;
  const { manifest, bytes, path } = found;
  let network: InterestNetwork;
  try {
    network = plainly(bytes) ?? (await (await import('./onnx-session-interest.js')).inOnnxRuntime(bytes));
  } catch (error) {
    throw new ModelError('modelFile', path, 'file', `ONNX Runtime cannot read it (${firstLine(error)})`);
  }
  const model = new FoundInterest(`${manifest.name}@${manifest.sha256.slice(0, 12)}`, network);
  try {
    await model.judge(new Float32Array(2 * FEATURE_COUNT));
  } catch (error) {
    await network.close();
    throw new ModelError(
      'modelShape',
      path,
      'features',
      `expected features float32 [N, ${FEATURE_COUNT}] → probability [N, 1] (${firstLine(error)})`,
    );
  }
  return model;
}

class FoundInterest implements InterestModel {
  constructor(
    readonly name: string,
    private readonly network: InterestNetwork,
  ) {}

  async judge(features: Float32Array): Promise<Int32Array> {
    return Int32Array.from(await this.network.probabilities(features), (value) => {
      if (!(value >= 0 && value <= 1)) throw new Error(`expected a probability, found ${value}`);
      return Math.round(value * PPM);
    });
  }

  close(): Promise<void> {
    return this.network.close();
  }
}

const firstLine = (error: unknown): string => (error as Error).message.split('\n', 1)[0] ?? '';

/**
 * The model of the first folder that holds a usable one: the shop's own before the shipped. What cannot be used is said, with
 * the reason; without any the agent goes on without interest.
 */
export async function firstInterestModel(
  folders: readonly string[],
  log: Logger,
  plainly?: (bytes: Uint8Array) => InterestNetwork | undefined,
): Promise<InterestModel | undefined> {
  for (const folder of folders) {
    try {
      const model = await openInterestModel(folder, plainly);
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
