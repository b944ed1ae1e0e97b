import type { DetectionsEvent } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { Incidents } from '../../../src/domain/core/incidents.js';
import { WindowStore } from '../../../src/domain/core/window-store.js';
import { DetectorWatch, type Sighting } from '../../../src/domain/floor/detector-watch.js';
import { fitHomography } from '../../../src/domain/floor/homography.js';

/** One pixel is a centimetre. */
const view = fitHomography({
  resolution: [640, 360],
  points: [
    { image: [0, 0], floor: [0, 0] },
    { image: [640, 0], floor: [6.4, 0] },
    { image: [640, 360], floor: [6.4, 3.6] },
    { image: [0, 360], floor: [0, 3.6] },
  ],
});
type Box = [x: number, y: number, w: number, h: number, score: number];
const START = 600_000;

interface Scene {
  boxes: (picture: number) => Box[];
  sighting?: (picture: number) => Partial<Sighting>;
  model?: string | undefined;
}

function watch() {
  const incidents = new Incidents(new WindowStore(false));
  const detectors = new DetectorWatch(incidents);
  const look = (deviceId: string, ts: number, scene: Scene, picture: number, peers: string[] = []) => {
    const event: DetectionsEvent = {
      ...{ kind: 'detections', deviceId, ts, receivedTs: ts, digest: String(ts), width: 640, height: 360 },
      ...('model' in scene ? scene.model !== undefined && { model: scene.model } : { model: 'one' }),
      boxes: scene
        .boxes(picture)
        .map(([x, y, w, h, score]) => [
          ...([x * 10, y * 10, w * 10, h * 10, Math.round(score * 1e6), (x + w / 2) * 10, (y + h) * 10] as const),
        ]),
    } as DetectionsEvent;
    detectors.look(event, { homography: view, people: [], births: [], ...scene.sighting?.(picture) }, peers);
  };
  /** One picture a second for so many minutes. */
  const run = (minutes: number, scene: Scene, from = START) => {
    for (let picture = 0; picture < minutes * 60; picture += 1) look('cam', from + picture * 1000, scene, picture);
  };
  return { detectors, incidents, run, look };
}

const someone = (score: number): Box => [300, 100, 60, 170, score];
const fitting: Scene = { boxes: () => [someone(0.8), [100, 120, 55, 160, 0.5]] };
const everywhere: Scene = {
  boxes: (picture) => [someone(0.4), [40, 20, 60, 170, 0.35], [500, 20, 60, 170, picture % 10 === 0 ? 0.7 : 0.4]],
};

describe('a detector that does not fit', () => {
  it('is told within ten minutes when it sees people everywhere and is hardly ever sure', () => {
    const { detectors, incidents, run } = watch();
    run(9, everywhere);
    expect(detectors.isUnfit('cam')).toBe(true);
    expect(incidents.opened('detectorUnfit', 'cam')?.since).toBeLessThanOrEqual(START + 9 * 60_000);
  });

  it('is not told of one that fits, of an empty shop, or of a few doubtful boxes', () => {
    for (const scene of [
      fitting,
      { boxes: () => [] },
      { boxes: (picture: number) => (picture % 12 === 0 ? [someone(0.4)] : []) },
    ]) {
      const { detectors, run } = watch();
      run(30, scene);
      expect(detectors.isUnfit('cam')).toBe(false);
    }
  });

  it('is told when boxes are of no body’s size on the floor and people appear in the open', () => {
    const born = { box: [300, 100, 9, 20], isByDoor: false } as const;
    const tiny: Scene = {
      boxes: () => [[300, 100, 9, 20, 0.9]],
      sighting: (picture) => (picture % 10 === 0 ? { births: [born] } : {}),
    };
    const { detectors, run } = watch();
    run(9, tiny);
    expect(detectors.isUnfit('cam')).toBe(true);
    // By doors and at the picture's edges people may appear, and boxes of bodies are right.
    for (const birth of [
      { ...born, isByDoor: true },
      { ...born, box: [2, 100, 60, 170] as const },
      // exactly where the edge ends
      { ...born, box: [640 * 0.04, 100, 60, 170] as const },
      { ...born, box: [300, 360 * 0.04, 60, 170] as const },
    ]) {
      const other = watch();
      other.run(30, { boxes: () => [someone(0.9)], sighting: () => ({ births: [birth] }) });
      expect(other.detectors.isUnfit('cam')).toBe(false);
    }
  });

  it('is told when cameras of one view disagree and its boxes are odd', () => {
    const { detectors, look } = watch();
    const ghost: Scene = { boxes: () => [[300, 150, 9, 20, 0.9]], sighting: () => ({ people: [[3000, 1800]] }) };
    const nobody: Scene = { boxes: () => [], sighting: () => ({ people: [] }) };
    for (let picture = 0; picture < 600; picture += 1) {
      look('other', START + picture * 1000, nobody, picture, ['cam']);
      look('cam', START + picture * 1000 + 100, ghost, picture, ['other']);
    }
    expect([detectors.isUnfit('cam'), detectors.isUnfit('other')]).toEqual([true, false]);
  });

  it('is over when another detector takes its place, and when it fits again', () => {
    const { detectors, incidents, run } = watch();
    run(6, everywhere);
    expect(detectors.isUnfit('cam')).toBe(true);
    run(1, { ...fitting, model: 'two' }, START + 6 * 60_000);
    expect(detectors.isUnfit('cam')).toBe(false);
    run(6, { ...everywhere, model: 'two' }, START + 7 * 60_000);
    expect(detectors.isUnfit('cam')).toBe(true);
    run(30, { ...fitting, model: 'two' }, START + 13 * 60_000);
    expect(detectors.isUnfit('cam')).toBe(false);
    expect(incidents.openOf('detectorUnfit')).toEqual([]);
  });

  it('is no matter of boxes that a camera finds itself', () => {
    const { detectors, run } = watch();
    run(30, { ...everywhere, model: undefined });
    expect(detectors.isUnfit('cam')).toBe(false);
  });

  it('goes on from a snapshot', () => {
    const first = watch();
    first.run(2, everywhere);
    const second = watch();
    second.detectors.restore(JSON.parse(JSON.stringify(first.detectors.save())));
    second.run(2, everywhere, START + 2 * 60_000);
    expect(second.detectors.isUnfit('cam')).toBe(true);
    expect(first.detectors.isUnfit('cam')).toBe(false);
  });
});
