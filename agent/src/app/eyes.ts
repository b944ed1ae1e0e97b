import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Device } from '@aisle/contracts';
import { FfmpegFrameSource } from '../adapters/frames/ffmpeg-source.js';
import { WorkerDetector } from '../adapters/vision/worker-detector.js';
import type { AgentConfig } from '../config/agent-config.js';
import { FollowedChoice, markOf } from '../config/detector-choice.js';
import { findModel, modelFolders } from '../config/model-manifest.js';
import { Detectors } from '../vision/detectors.js';
import { Eyes, type EyesParts } from '../vision/eyes.js';
import type { Clock } from '../ports/clock.js';
import type { Detector } from '../ports/detector.js';
import type { FrameSource } from '../ports/frame-source.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';

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
  'detectors' | 'modelOf' | 'source' | 'clock' | 'random' | 'log' | 'busy' | 'append' | 'streams'
> & { journal: { append: EyesParts<View>['append']; overfull: boolean; blocked: boolean } };

/** Puts the way of the pictures together; nothing runs before `start`. */
export function createEyes<View>(config: AgentConfig, deps: EyesDependencies, wiring: Wiring<View>): Eyes<View> {
  const { clock, random, log } = deps;
  const detectorsDir = config.detectorsDir ?? path.join(config.dataDir, 'models');
  // What was added in this shop comes before what comes with Aisle.
  const places = [detectorsDir, config.modelsDir ?? deps.modelsDir];
  const manifestOf = (model: string) => {
    const files = places.map((place) => path.join(place, path.basename(model), 'manifest.json'));
    return files.find((file) => existsSync(file)) ?? (files.at(-1) as string);
  };
  const folders = modelFolders(process.env['AISLE_MODELS']);
  const check = deps.openDetector ? undefined : (model: string) => void findModel(manifestOf(model), folders);
  const open =
    deps.openDetector ??
    (async (model: string) => {
      const detector = new WorkerDetector({ manifest: manifestOf(model), folders }, clock, random, log);
      await detector.start();
      return detector;
    });
  const choice = new FollowedChoice(detectorsDir, (reason) =>
    log.error({ reason }, 'which detector is in use is not known'),
  );
  const modelOf = ({ id, model }: Device) => {
    const { shop, cameras } = choice.current;
    return cameras[id] ?? model ?? shop ?? config.detector ?? (deps.openDetector ? 'given' : undefined);
  };
  const versionOf = (model: string) => (deps.openDetector ? '' : markOf(manifestOf(model)));
  const { journal, ...parts } = wiring;
  return new Eyes<View>({
    ...parts,
    append: (event, done) => journal.append(event, done),
    busy: () => journal.blocked || journal.overfull,
    detectors: new Detectors(open, clock, log, versionOf, check),
    modelOf,
    source: deps.frameSource ?? new FfmpegFrameSource(config.ffmpeg),
    clock,
    random,
    log,
  });
}
