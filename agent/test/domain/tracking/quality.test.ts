import { describe, expect, it } from 'vitest';
import { followLive } from '../../../src/domain/tracking/live-recording.js';
import { estimateRate } from '../../../src/domain/tracking/rate.js';
import { followRecording } from '../../../src/domain/tracking/recording.js';
import { BASELINES } from './baselines.js';
import { followScene } from './follow.js';
import type { Scene } from './scenes.js';
import { addScores, scoreTracks, type Score } from './score.js';
import { calibratedScenes, inventedScenes, recordedScenes } from './suite.js';
import { recordingsFolder } from './walks.js';

const SEEDS = [1, 2];
const folder = recordingsFolder();
const SETS: [string, (() => Scene[]) | undefined][] = [
  ['invented walks', () => SEEDS.flatMap((seed) => inventedScenes(seed))],
  [
    'recorded walks (needs AISLE_RECORDINGS)',
    folder === undefined ? undefined : () => SEEDS.flatMap((seed) => recordedScenes(folder, seed)),
  ],
];
const per = (value: number) => (100 * value).toFixed(1).padStart(5);

function compare(scenes: readonly Scene[], methods: Record<string, (scene: Scene) => Score>): Record<string, Score[]> {
  const scores: Record<string, Score[]> = {};
  const lines: string[] = [];
  for (const scene of scenes) {
    const cells = Object.entries(methods).map(([name, method]) => {
      const score = method(scene);
      (scores[name] ??= []).push(score);
      return `${name} ${per(score.idf1)} ${per(score.mota)} ${String(score.switches).padStart(3)}`;
    });
    lines.push(`${scene.name.padEnd(34)} ${cells.join('  ')}`);
  }
  const sums = Object.entries(scores).map(([name, of]) => {
    const { idf1, mota, switches } = addScores(of);
    return `${name} ${per(idf1)} ${per(mota)} ${String(switches).padStart(3)}`;
  });
  lines.push(`${'all'.padEnd(34)} ${sums.join('  ')}`);
  if (process.env['AISLE_SHOW_SCORES']) process.stdout.write(`IDF1, MOTA (per cent), switches\n${lines.join('\n')}\n`);
  return scores;
}

const methodsWith = (name: string, ours: (scene: Scene) => Score): Record<string, (scene: Scene) => Score> => ({
  ...Object.fromEntries(
    Object.entries(BASELINES).map(([baseline, follow]) => [
      baseline,
      (scene: Scene) => scoreTracks(scene.truth, follow(scene.detections)),
    ]),
  ),
  [name]: ours,
});

describe.each(SETS)('against SORT, ByteTrack and OC-SORT on the same detections, over %s', (_, scenes) => {
  const run = it.skipIf(scenes === undefined);

  run('the tracker is at least as good as the best of them in identity (IDF1) and accuracy (MOTA)', () => {
    const all = scenes?.() ?? [];
    const scores = compare(
      all,
      methodsWith('Aisle', (scene) => scoreTracks(scene.truth, followScene(scene))),
    );
    const ours = addScores(scores['Aisle'] ?? []);
    for (const name of Object.keys(BASELINES)) {
      const theirs = addScores(scores[name] ?? []);
      expect(ours.idf1, `IDF1 of ${name}`).toBeGreaterThanOrEqual(theirs.idf1);
      expect(ours.mota, `MOTA of ${name}`).toBeGreaterThanOrEqual(theirs.mota);
    }
    // At every frame rate by itself, too.
    for (const rate of new Set(all.map((scene) => scene.framesPerSecond))) {
      const at = (name: string) =>
        addScores((scores[name] ?? []).filter((__, index) => all[index]?.framesPerSecond === rate));
      for (const name of Object.keys(BASELINES))
        expect(at('Aisle').idf1, `IDF1 of ${name} at ${rate} fps`).toBeGreaterThanOrEqual(at(name).idf1);
    }
  });

  run('the live command beats all of them on both, at 5 to 25 frames a second', () => {
    const all = (scenes?.() ?? []).filter(({ framesPerSecond: rate }) => rate >= 5 && rate <= 25);
    const scores = compare(
      all,
      methodsWith('live', (scene) =>
        scoreTracks(scene.truth, followLive(scene.detections, { framesPerSecond: scene.framesPerSecond })),
      ),
    );
    const ours = addScores(scores['live'] ?? []);
    for (const name of Object.keys(BASELINES)) {
      const theirs = addScores(scores[name] ?? []);
      expect(ours.idf1, `IDF1 of ${name}`).toBeGreaterThan(theirs.idf1 + 0.05);
      expect(ours.mota, `MOTA of ${name}`).toBeGreaterThan(theirs.mota + 0.05);
    }
  });

  run('the command for recordings is better than the best of them, without being told the frame rate', () => {
    const all = (scenes?.() ?? []).filter((scene) => scene.framesPerSecond > 1);
    const scores = compare(
      all,
      methodsWith('command', (scene) => scoreTracks(scene.truth, followRecording(scene.detections))),
    );
    const ours = addScores(scores['command'] ?? []);
    for (const name of Object.keys(BASELINES)) {
      const theirs = addScores(scores[name] ?? []);
      expect(ours.idf1, `IDF1 of ${name}`).toBeGreaterThan(theirs.idf1 + 0.05);
      expect(ours.mota, `MOTA of ${name}`).toBeGreaterThan(theirs.mota + 0.05);
    }
    for (const scene of all) {
      const off = estimateRate(scene.detections) / scene.framesPerSecond;
      expect(off, scene.name).toBeGreaterThan(0.5);
      expect(off, scene.name).toBeLessThan(2.5);
    }
  });
});

describe('positions on the floor', () => {
  it('make identities better at one and two frames a second', () => {
    const scenes = [1, 2, 3].flatMap((seed) => calibratedScenes(seed));
    const withFloor = addScores(scenes.map((scene) => scoreTracks(scene.truth, followScene(scene))));
    const without = addScores(
      scenes.map((scene) => {
        const detections = scene.detections.map((frame) => frame.map((seen) => ({ ...seen, floor: undefined })));
        return scoreTracks(scene.truth, followScene({ ...scene, detections }));
      }),
    );
    expect(withFloor.idf1).toBeGreaterThan(without.idf1 + 0.02);
    expect(withFloor.switches).toBeLessThan(without.switches);
  });
});
