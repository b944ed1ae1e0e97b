import type { DetectionsEvent } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { Eye } from '../../../src/domain/floor/eye.js';
import { fitHomography } from '../../../src/domain/floor/homography.js';

/** A floor seen from straight ahead and above: a pixel is a centimetre. */
const corners = [
  [0, 0],
  [480, 0],
  [480, 360],
  [0, 360],
] as const;
const floor = fitHomography({
  resolution: [480, 360],
  points: corners.map(([x, y]) => ({ image: [x, y], floor: [x / 100, y / 100] })),
});
const inside = () => false;

type Seen = [x: number, y: number, w: number, h: number, score: number, footX?: number, footY?: number];
const picture = (ts: number, boxes: Seen[]): DetectionsEvent => ({
  kind: 'detections',
  deviceId: 'cam',
  ts,
  receivedTs: ts,
  digest: String(ts),
  width: 480,
  height: 360,
  boxes: boxes.map(([x, y, w, h, score, footX = x + w / 2, footY = y + h]) => [
    ...([x, y, w, h].map((pixels) => Math.round(pixels * 10)) as [number, number, number, number]),
    Math.round(score * 1e6),
    Math.round(footX * 10),
    Math.round(footY * 10),
  ]),
});

/**
 * Somebody stands at (300, 260), 180 high. From the 10th picture on somebody else comes from the left, nearer, and stops before them:
 * then only their upper half is boxed, and unsurely.
 */
function passing(pictures: number, cutBox: (frame: number) => Seen): DetectionsEvent[] {
  return Array.from({ length: pictures }, (_, frame) => {
    const x = Math.min(285, 100 + 8 * frame);
    const nearer: Seen = [x - 35, 130, 70, 190, 0.9];
    const isCut = x > 270;
    return picture(1_000 + frame * 100, isCut ? [nearer, cutBox(frame)] : [nearer, [275, 80, 50, 180, 0.8]]);
  });
}
const cut: Seen = [275, 80, 50, 90, 0.35];

function follow(events: DetectionsEvent[], eye = new Eye('c:')) {
  return events.map(
    (event) => new Map(eye.see(event, floor, inside).people.map(({ id, x, y }) => [id, [x, y]] as const)),
  );
}

describe('whoever is half hidden by somebody nearer', () => {
  it('goes on standing where their head says, and stays who they are', () => {
    const frames = follow(passing(60, () => cut));
    const ids = new Set(frames.flatMap((people) => [...people.keys()]));
    expect(ids.size).toBe(2);
    const hidden = [...(frames[15] ?? [])].find(([, [x = 0]]) => x > 2_800)?.[0] as string;
    for (const people of frames.slice(15)) {
      const [x, y] = people.get(hidden) ?? [];
      expect(Math.abs((x ?? 0) - 3_000)).toBeLessThan(150);
      expect(Math.abs((y ?? 0) - 2_600)).toBeLessThan(200);
    }
  });

  it('is where the detector says, when it says where they stand', () => {
    const frames = follow(passing(60, () => [275, 80, 50, 90, 0.5, 300, 240]));
    const places = [...(frames.at(-1)?.values() ?? [])];
    expect(places.some(([x, y]) => Math.abs((x ?? 0) - 3_000) < 100 && Math.abs((y ?? 0) - 2_400) < 100)).toBe(true);
  });

  it('is no taller for it: a child in front of nobody keeps the foot of the box', () => {
    const eye = new Eye('c:');
    const frames = follow(
      Array.from({ length: 20 }, (_, frame) => picture(1_000 + frame * 100, [[200, 150, 40, 90, 0.9]])),
      eye,
    );
    expect(
      frames
        .at(-1)
        ?.get('c:1')
        ?.map((mm) => Math.round(mm / 10)),
    ).toEqual([220, 240]);
  });

  it('goes on the same after a snapshot, also one that knows nothing of it', () => {
    const events = passing(60, () => cut);
    const eye = new Eye('c:');
    follow(events.slice(0, 30), eye);
    const saved = JSON.parse(JSON.stringify(eye.save())) as unknown[];
    const restored = new Eye('c:');
    restored.restore(saved);
    expect(follow(events.slice(30), restored)).toEqual(follow(events.slice(30), eye));
    const older = new Eye('c:');
    older.restore(saved.slice(0, 5));
    expect(follow(events.slice(30), older)).toHaveLength(30);
  });
});
