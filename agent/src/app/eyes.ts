import path from 'node:path';
import { FfmpegFrameSource } from '../adapters/frames/ffmpeg-source.js';
import { WorkerDetector } from '../adapters/vision/worker-detector.js';
import type { AgentConfig } from '../config/agent-config.js';
import { modelFolders } from '../config/model-manifest.js';
import { Detectors } from '../vision/detectors.js';
import { Eyes, type EyesParts } from '../vision/eyes.js';
import type { Clock } from '../ports/clock.js';
import type { Detector } from '../ports/detector.js';
import type { FrameSource } from '../ports/frame-source.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';

/** The detector that comes with Aisle. */
const STANDARD_DETECTOR = 'person-detector';

export interface EyesDependencies {
  clock: Clock;
  random: Random;
  log: Logger;
  /** folder of the models that come with Aisle */
  modelsDir: string;
  /** for tests: other eyes than a real detector's, and other sources than ffmpeg's */
  openDetector?: ((model: string) => Promise<Detector>) | undefined;
  frameSource?: FrameSource | undefined;
}

type Wiring<View> = Omit<
  EyesParts<View>,
  'detectors' | 'source' | 'clock' | 'random' | 'log' | 'busy' | 'append' | 'streams'
> & { journal: { append: EyesParts<View>['append']; overfull: boolean; blocked: boolean } };

/** Puts the way of the pictures together; nothing runs before `start`. */
export function createEyes<View>(config: AgentConfig, deps: EyesDependencies, wiring: Wiring<View>): Eyes<View> {
  const { clock, random, log } = deps;
  const folder = config.modelsDir ?? deps.modelsDir;
  const open =
    deps.openDetector ??
    (async (model: string) => {
      const manifest = path.join(folder, path.basename(model), 'manifest.json');
      const folders = modelFolders(process.env['AISLE_MODELS']);
      const detector = new WorkerDetector({ manifest, folders }, clock, random, log);
      await detector.start();
      return detector;
    });
  const { journal, ...parts } = wiring;
  return new Eyes<View>({
    ...parts,
    append: (event, done) => journal.append(event, done),
    busy: () => journal.blocked || journal.overfull,
    detectors: new Detectors(open, config.detector ?? STANDARD_DETECTOR, clock, log),
    source: deps.frameSource ?? new FfmpegFrameSource(config.ffmpeg),
    clock,
    random,
    log,
  });
}
