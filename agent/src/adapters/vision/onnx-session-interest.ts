import { InferenceSession, Tensor } from 'onnxruntime-node';
import { FEATURE_COUNT } from '../../domain/interest/features.js';
import type { InterestNetwork } from '../../ports/interest-model.js';

/** Any graph, in ONNX Runtime. @throws Error that names what it cannot read */
export async function inOnnxRuntime(bytes: Uint8Array): Promise<InterestNetwork> {
  // One thread: a batch takes microseconds, and the other cores are the detector's.
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return {
    async probabilities(features) {
      const rows = features.length / FEATURE_COUNT;
      const { probability } = await session.run({ features: new Tensor('float32', features, [rows, FEATURE_COUNT]) });
      const values = probability?.data;
      if (!(values instanceof Float32Array) || values.length !== rows)
        throw new Error(`expected ${rows} probabilities, found ${values?.length ?? 'none'}`);
      return values;
    },
    close: () => session.release(),
  };
}
