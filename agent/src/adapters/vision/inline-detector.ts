import { findModel, type FoundModel } from '../../config/model-manifest.js';
import type { Detections, Detector, DetectorModel } from '../../ports/detector.js';
import { OnnxModel } from './onnx-model.js';
import { DEFAULT_LIMITS, scalePicture, type PictureLimits, type RawPicture, type ScaledPicture } from './picture.js';

export interface DetectorOptions {
  /** path of the manifest */
  manifest: string;
  /** where to look for the model besides the manifest's own folder */
  folders: readonly string[];
  /** threads of one inference (1): more answer one picture sooner and take cores from everything else */
  threads?: number;
  limits?: Partial<PictureLimits>;
}

/** So many pictures are decoded at once while others wait: more only holds more memory. */
const DECODED_AHEAD = 2;

/**
 * The detector in this thread: an inference blocks it for as long as it takes. For commands and tests; the agent uses
 * WorkerDetector.
 */
export class InlineDetector implements Detector {
  private decoding = 0;
  private readonly waiting: (() => void)[] = [];
  /** the inference before the next one: one at a time, in order of arrival */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly found: FoundModel,
    private readonly network: OnnxModel,
    private readonly limits: PictureLimits,
  ) {}

  /** @throws ModelError when the model is not what its manifest says */
  static async open(options: DetectorOptions): Promise<InlineDetector> {
    const found = findModel(options.manifest, options.folders);
    const network = await OnnxModel.load(found, options.threads ?? 1);
    return new InlineDetector(found, network, { ...DEFAULT_LIMITS, ...options.limits });
  }

  get model(): DetectorModel {
    const { name, sha256, scoreThreshold } = this.found.manifest;
    return { name, sha256, scoreThreshold };
  }

  /** @param picture a file's bytes, or pixels */
  detect(picture: Uint8Array | RawPicture): Promise<Detections> {
    const scaled = this.scale(picture);
    const before = this.last;
    const answer = (async () => {
      // One that cannot be decoded is refused in its turn, too.
      await before;
      return this.network.people(await scaled);
    })();
    scaled.catch(() => undefined);
    this.last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    await this.last;
    await this.network.release();
  }

  /** Decodes the next pictures while one is looked at, in another thread of the pool. */
  private async scale(picture: Uint8Array | RawPicture): Promise<ScaledPicture> {
    if (this.decoding >= DECODED_AHEAD) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.decoding += 1;
    try {
      return await scalePicture(picture, this.found.manifest.input, this.limits);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.decoding -= 1;
    }
  }
}
