import { FEATURE_COUNT } from '../domain/interest/features.js';
import type { InterestNetwork } from '../ports/interest-model.js';
import { probabilities } from './network.js';
import { networkIn } from './onnx-file.js';

/** A network of our own making, without ONNX Runtime: that costs 25 MB of memory, for a thousand multiplications. */
export function plainInterest(file: Uint8Array): InterestNetwork | undefined {
  const network = networkIn(file);
  if (!network) return undefined;
  return {
    probabilities: async (features) => {
      const count = features.length / FEATURE_COUNT;
      return probabilities(network, { count, features, taken: new Uint8Array(count) });
    },
    close: async () => undefined,
  };
}
