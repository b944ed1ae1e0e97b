import { describe, expect, it } from 'vitest';
import type { FloorFrame } from '../../../src/domain/floor/frames.js';
import { Merger } from '../../../src/domain/floor/merger.js';
import { along, type Way } from './scene.js';

interface Camera {
  /** ms of the first frame */
  phase: number;
  /** mm */
  spread: number;
  tracks: Record<string, Way>;
}

/** What the cameras see from 0 to `seconds`, a picture each 200 ms, in order. */
function* filmed(cameras: Record<string, Camera>, seconds: number): Iterable<FloorFrame> {
  for (let at = 0; at <= seconds * 1000; at += 10) {
    for (const [deviceId, { phase, spread, tracks }] of Object.entries(cameras)) {
      if (at % 200 !== phase) continue;
      const people = Object.entries(tracks).flatMap(([id, way]) => {
        const place = way(at / 1000);
        return place ? [{ id, x: place[0] * 1000, y: place[1] * 1000, spread }] : [];
      });
      yield { deviceId, ts: 1_000_000 + at, made: true, people };
    }
  }
}

function merge(cameras: Record<string, Camera>, seconds: number) {
  const merger = new Merger(() => false);
  const absorbed: string[] = [];
  for (const frame of filmed(cameras, seconds)) absorbed.push(...merger.take(frame).absorbed);
  return { of: (camera: string, track: string) => merger.personOf(camera, track), absorbed };
}

describe('two cameras that contradict each other', () => {
  // Two stand two metres apart; from the third second on a camera calls one by the other's name.
  const [left, right] = [along([0, 2, 2], [20, 2, 2]), along([0, 4, 2], [20, 4, 2])];
  const [leftThenRight, rightThenLeft] = [
    along([0, 2, 2], [3, 2, 2], [3.6, 4, 2], [20, 4, 2]),
    along([0, 4, 2], [3, 4, 2], [3.6, 2, 2], [20, 2, 2]),
  ];

  it.each([
    ['sharp', 0, 50],
    ['sharp', 50, 0],
    ['blurred', 100, 30],
    ['blurred', 30, 100],
  ])('are put right by the one that sees better (it mixes up: %s, its pictures at %i and %i ms)', (wrong, a, b) => {
    const [sharp, blurred] = wrong === 'sharp' ? [120, 40] : [40, 120];
    const { of } = merge(
      {
        steady: { phase: a, spread: sharp, tracks: { l: left, r: right } },
        mixed: { phase: b, spread: blurred, tracks: { l: leftThenRight, r: rightThenLeft } },
      },
      8,
    );
    // They agree again, and whoever sees better keeps its people.
    expect([of('steady', 'l'), of('steady', 'r')]).toEqual([of('mixed', 'r'), of('mixed', 'l')]);
    const keeps = wrong === 'sharp' ? 'mixed' : 'steady';
    expect([of(keeps, 'l'), of(keeps, 'r')]).toEqual(['p1', 'p2']);
  });

  it('give a track to whom they have known for longer, not to whoever has just appeared', () => {
    // One walks on, the second comes 1.3 m behind; the door's camera takes the second for the first, and finds the first anew.
    const first = along([0, 5, 9], [8, 5, 1]);
    const second = along([1.3, 5.3, 9], [9.3, 5.3, 1]);
    const slide = along([2.3, ...(first(2.3) as [number, number])], [3.1, ...(second(3.1) as [number, number])]);
    const slides: Way = (seconds) => (seconds < 2.3 ? first : seconds < 3.1 ? slide : second)(seconds);
    const from =
      (since: number, way: Way): Way =>
      (seconds) =>
        seconds < since ? undefined : way(seconds);
    const { of, absorbed } = merge(
      {
        door: { phase: 0, spread: 140, tracks: { a: slides, b: from(2.8, first) } },
        hall: { phase: 100, spread: 40, tracks: { a: from(0.5, first), b: from(1.5, second) } },
        shelf: { phase: 50, spread: 40, tracks: { a: from(2.8, first) } },
      },
      6,
    );
    expect([of('hall', 'a'), of('hall', 'b')]).toEqual(['p1', 'p2']);
    expect([of('door', 'a'), of('door', 'b'), of('shelf', 'a')]).toEqual(['p2', 'p1', 'p1']);
    expect(absorbed).not.toContain('p2');
  });
});

describe('two people, each seen by one camera, who pass closely and slowly', () => {
  // Within reach of each other for longer than it takes to be thought one person.
  const turned = (way: Way): Way => {
    return (seconds) => {
      const place = way(seconds);
      return place && [place[1], place[0]];
    };
  };
  const there = along([0, 5, 2], [10, 5, 6.5]);
  const back = along([0, 5.2, 6.5], [10, 5.2, 2]);
  const passed = (a: Way, b: Way) =>
    merge({ left: { phase: 0, spread: 40, tracks: { a } }, right: { phase: 100, spread: 40, tracks: { b } } }, 10)
      .absorbed;

  it.each([
    ['across', there, back],
    ['along', turned(there), turned(back)],
  ])('are two where they walk in opposite ways, %s the floor', (_what, a, b) => {
    expect(passed(a, b)).toEqual([]);
  });

  it.each([
    ['across', there, along([0, 5.2, 3.2], [10, 5.2, 6.5])],
    ['along', turned(there), turned(along([0, 5.2, 3.2], [10, 5.2, 6.5]))],
  ])('are one where they go the same way, %s the floor', (_what, a, b) => {
    expect(passed(a, b)).toEqual(['p2']);
  });
});
