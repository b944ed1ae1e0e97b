import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { InlineDetector } from '../../agent/src/adapters/vision/inline-detector.js';
import { readBehaviour } from '../../simulators/src/adapters/files.js';
import { FIRST_EVALUATION_SEED } from '../../simulators/src/render/scenes.js';
import { runFloor } from '../evaluate/floor-run.js';
import { TARGETS, totalOf } from '../evaluate/vision.js';
import { root } from '../support/system.js';

const behaviour = readBehaviour(path.join(root, 'tests/evaluate/behaviour.yaml'));

describe('a shop that no model has seen', () => {
  it('is told rightly by tracker and floor, where the people in the pictures are known', async () => {
    const result = await runFloor({ seed: FIRST_EVALUATION_SEED, minutes: 4, behaviour });
    const score = totalOf([result]);
    expect(score.entries.truth).toBeGreaterThan(5);
    expect(score.entries.system).toBe(score.entries.truth);
    expect(score.eventF1, result.events.wrong.join(', ')).toBeGreaterThanOrEqual(0.99);
    expect(score.dwellErrorSeconds).toBeLessThanOrEqual(0.25);
    expect(score.idf1).toBeGreaterThanOrEqual(0.98);
  }, 120_000);

  it('is told as well as the targets ask from its pictures', async () => {
    const detector = await InlineDetector.open({
      manifest: path.join(root, 'models/person-detector/manifest.json'),
      folders: [],
    });
    try {
      const detect = (jpeg: Uint8Array) => detector.detect(jpeg);
      const result = await runFloor({ seed: FIRST_EVALUATION_SEED, minutes: 3, behaviour, detect });
      const score = totalOf([result]);
      expect(score.entries.truth).toBeGreaterThan(4);
      expect(score.entries.system).toBe(score.entries.truth);
      expect(score.positionErrorMetres).toBeLessThan(0.1);
      expect(score.dwellErrorSeconds).toBeLessThanOrEqual(TARGETS.dwellSeconds);
      // `npm run evaluate:vision` holds longer runs of more shops against the targets.
      expect(score.eventF1, result.events.wrong.join(', ')).toBeGreaterThanOrEqual(TARGETS.eventF1);
      expect(score.idf1).toBeGreaterThanOrEqual(0.95);
    } finally {
      await detector.close();
    }
  }, 240_000);
});
