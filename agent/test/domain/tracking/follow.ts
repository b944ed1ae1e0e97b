import { Tracker, type TrackerSettings } from '../../../src/domain/tracking/index.js';
import type { Scene } from './scenes.js';
import type { Labelled } from './score.js';

/** Our tracker over a scene, as the agent uses it: the samples from before a confirmation are added once it comes. */
export function followScene(scene: Scene, settings: Partial<TrackerSettings> = {}): Labelled[][] {
  const tracker = new Tracker(settings);
  const answer: Labelled[][] = scene.times.map(() => []);
  const indexOf = new Map(scene.times.map((ts, index) => [ts, index]));
  for (const [index, ts] of scene.times.entries())
    for (const { id, x, y, w, h, confirmed, history } of tracker.update(
      ts,
      scene.detections[index] ?? [],
      scene.picture,
    )) {
      if (!confirmed) continue;
      answer[index]?.push({ id, x, y, w, h });
      for (const sample of history ?? []) {
        const [left, top, width, height] = sample.box;
        answer[indexOf.get(sample.ts) ?? -1]?.push({ id, x: left, y: top, w: width, h: height });
      }
    }
  return answer;
}
