import { describe, expect, it } from 'vitest';
import { Tracker, type TrackedBox, type TrackerDetection } from '../../../src/domain/tracking/index.js';
import { Chance } from './random.js';
import { inventedScenes } from './suite.js';

const START = Date.parse('2026-03-02T02:00:00Z');
/** A person 100 pixels tall: 1 size is 100 pixels, an usual walk 80 pixels a second. */
const person = (x: number, y = 100, score = 0.9): TrackerDetection => ({ x, y, w: 40, h: 100, score });
const shaky = (chance: Chance, seen: TrackerDetection): TrackerDetection => ({
  ...seen,
  x: seen.x + 2 * chance.normal(),
  y: seen.y + 2 * chance.normal(),
  w: seen.w + 2 * chance.normal(),
  h: seen.h + 3 * chance.normal(),
});

/** Feeds frames `[seconds, detections]` and gives the ids per frame, in the order of the detections. */
function idsOf(
  frames: readonly (readonly [number, readonly TrackerDetection[]])[],
  tracker = new Tracker(),
): number[][] {
  return frames.map(([seconds, seen]) => {
    const boxes = tracker.update(START + Math.round(seconds * 1000), seen);
    return seen.map((_, index) => boxes.find((box) => box.detection === index)?.id ?? 0);
  });
}
const times = (seconds: number, rate: number): number[] =>
  Array.from({ length: Math.round(seconds * rate) + 1 }, (_, index) => index / rate);

describe('tracker', () => {
  it.each([1, 2, 5, 12, 30])('keeps one id for somebody who walks by, at %i frames a second', (rate) => {
    const chance = new Chance(rate);
    const ids = idsOf(times(20, rate).map((t) => [t, [shaky(chance, person(100 + 80 * t))]]));
    expect(new Set(ids.flat())).toEqual(new Set([1]));
  });

  it('keeps the id of somebody who moves by more than their own width from frame to frame', () => {
    const ids = idsOf(times(8, 1).map((t) => [t, [person(100 + 90 * t), person(900 - 85 * t, 160)]]));
    for (const [a, b] of ids) expect([a, b]).toEqual([1, 2]);
  });

  it.each([
    ['surely', 0.9],
    ['unsurely', 0.4],
  ])('follows somebody tall who bends down between two frames, and is then seen %s', (_, score) => {
    const tall: TrackerDetection = { x: 100, y: 300, w: 40, h: 150, score: 0.9 };
    const bent: TrackerDetection = { x: 100, y: 360, w: 40, h: 50, score };
    expect(
      idsOf([
        [0, [tall]],
        [0.04, [tall]],
        [0.08, [bent]],
      ]).flat(),
    ).toEqual([1, 1, 1]);
  });

  it('keeps ids over uneven gaps between frames', () => {
    const chance = new Chance(3);
    let t = 0;
    const frames = Array.from({ length: 60 }, (): [number, TrackerDetection[]] => {
      t += chance.between(0.03, 0.9);
      return [t, [shaky(chance, person(50 + 70 * t)), shaky(chance, person(2000 - 60 * t, 130))]];
    });
    for (const [a, b] of idsOf(frames)) expect([a, b]).toEqual([1, 2]);
  });

  it.each([5, 15, 30])('does not mix up two people who cross, one hidden meanwhile, at %i frames a second', (rate) => {
    const chance = new Chance(rate);
    const frames = times(8, rate).map((t): [number, TrackerDetection[]] => {
      const front = shaky(chance, person(100 + 80 * t, 110));
      const back = shaky(chance, person(740 - 80 * t, 100));
      return [t, Math.abs(front.x - back.x) < 28 ? [front] : [front, back]];
    });
    const ids = idsOf(frames);
    expect(ids[0]).toEqual([1, 2]);
    expect(ids.at(-1)).toEqual([1, 2]);
  });

  it.each([2, 5, 10, 30])(
    'finds somebody again who was behind a pillar for a second, at %i frames a second',
    (rate) => {
      const chance = new Chance(7);
      const frames = times(10, rate).map((t): [number, TrackerDetection[]] => [
        t,
        t > 4.01 && t < 4.99 ? [] : [shaky(chance, person(100 + 70 * t))],
      ]);
      expect(new Set(idsOf(frames).flat())).toEqual(new Set([1]));
    },
  );

  it('finds somebody again who stopped while hidden, where they were last seen', () => {
    const frames = times(8, 10).map((t): [number, TrackerDetection[]] => [
      t,
      t > 4 && t < 5.5 ? [] : [person(100 + 80 * Math.min(t, 4))],
    ]);
    expect(new Set(idsOf(frames).flat())).toEqual(new Set([1]));
  });

  it('keeps the id of somebody who stands still for five minutes, missed now and then', () => {
    const chance = new Chance(11);
    const frames = times(300, 5).map((t): [number, TrackerDetection[]] => [
      t,
      chance.next() < 0.15 ? [] : [shaky(chance, person(300))],
    ]);
    expect(new Set(idsOf(frames).flat())).toEqual(new Set([1]));
  });

  it('tells apart two people who come in together, side by side', () => {
    const chance = new Chance(13);
    const frames = times(12, 10).map((t): [number, TrackerDetection[]] => [
      t,
      [shaky(chance, person(100 + 70 * t)), shaky(chance, person(135 + 70 * t, 104))],
    ]);
    for (const [a, b] of idsOf(frames)) expect([a, b]).toEqual([1, 2]);
  });

  it('follows on through low scores, but starts nobody on them', () => {
    const faint = times(6, 10).map((t): [number, TrackerDetection[]] => [
      t,
      [person(100 + 60 * t, 100, t > 2 && t < 5 ? 0.25 : 0.9), person(900, 300, 0.3)],
    ]);
    for (const [a, b] of idsOf(faint)) expect([a, b]).toEqual([1, 0]);
  });

  it('gives nobody to a detection that nobody could have reached', () => {
    const ids = idsOf([
      [0, [person(100)]],
      [0.2, [person(105)]],
      [0.4, [person(110)]],
      [0.6, [person(600)]],
    ]);
    expect(ids.flat()).toEqual([1, 1, 1, 2]);
  });

  it('does not wait for somebody who walked out of the picture', () => {
    const picture = { width: 640, height: 480 };
    const tracker = new Tracker();
    for (const t of times(2, 10)) tracker.update(START + t * 1000, [person(400 + 95 * t)], picture);
    tracker.update(START + 2600, [], picture);
    tracker.update(START + 2700, [], picture);
    expect(tracker.size).toBe(0);
  });

  it('forgets who was out of sight for longer than it may be', () => {
    const tracker = new Tracker({ maxLostSeconds: 1 });
    const frames = [0, 0.2, 0.4, 0.6, 1.7].map((t): [number, TrackerDetection[]] => [t, [person(100)]]);
    expect(idsOf(frames, tracker).flat()).toEqual([1, 1, 1, 1, 2]);
  });
});

describe('somebody whom another steps in front of', () => {
  const others = (frame: number): TrackerDetection => ({ x: 90 + 2 * frame, y: 160, w: 90, h: 110, score: 0.9 });

  it('stays who they are on their own unsure box, though the nearer person is seen surely', () => {
    const frames = Array.from({ length: 20 }, (_, frame): [number, TrackerDetection[]] => [
      frame / 10,
      frame < 10 ? [person(100)] : [{ ...person(102), score: 0.3 }, others(frame - 10)],
    ]);
    const ids = idsOf(frames);
    expect(ids.map(([first]) => first)).toEqual(ids.map(() => 1));
    expect(new Set(ids.slice(10).map(([, second]) => second))).toEqual(new Set([2]));
  });
});

describe('a track that is new', () => {
  it('hands over its earlier samples once it is confirmed, so that nobody enters late', () => {
    const tracker = new Tracker({ confirmSeconds: 0.3 });
    const answers = times(1, 10).map((t) => tracker.update(START + Math.round(t * 1000), [person(100 + 5 * t)])[0]);
    const now = answers.findIndex((box) => box?.confirmedNow);
    expect(answers.map((box) => box?.confirmed)).toEqual(answers.map((_, index) => index >= now));
    expect(now).toBe(3);
    expect(answers[now]?.history?.map(({ ts }) => ts - START)).toEqual([0, 100, 200]);
    const [, second] = answers[now]?.history ?? [];
    expect(second).toMatchObject({ ts: START + 100, score: 0.9, foot: [120.5, 200] });
    expect(second?.box[0]).toBeCloseTo(100.5, 0);
    expect(answers.filter((box) => box?.history).length).toBe(1);
  });

  it('is confirmed by the second frame at one frame a second', () => {
    const tracker = new Tracker();
    expect(tracker.update(START, [person(100)])[0]?.confirmed).toBe(false);
    expect(tracker.update(START + 1000, [person(150)])[0]).toMatchObject({ confirmed: true, confirmedNow: true });
  });

  it('is never confirmed when it flickers', () => {
    const tracker = new Tracker();
    const boxes: TrackedBox[] = [];
    for (const t of times(20, 30))
      if (Math.round(t * 30) % 12 === 0) boxes.push(...tracker.update(START + t * 1000, [person(100)]));
      else boxes.push(...tracker.update(START + t * 1000, []));
    expect(boxes.length).toBeGreaterThan(40);
    expect(boxes.some((box) => box.confirmed)).toBe(false);
  });

  it('carries the foot and the floor of its detections', () => {
    const tracker = new Tracker();
    const seen = { ...person(10), foot: [31, 190] as const, floor: [1200, 3400] as const };
    expect(tracker.update(START, [seen])[0]).toMatchObject({ foot: [31, 190], floor: [1200, 3400], detection: 0 });
  });
});

describe('with positions on the floor', () => {
  /** Seen from far above: 20 pixels a metre, boxes 12 pixels wide that swap places in one frame at 2 frames a second. */
  const overhead = (x: number, y: number): TrackerDetection => ({
    x: 300 + x * 20 - 6,
    y: 200 + y * 20 - 6,
    w: 12,
    h: 12,
    score: 0.9,
    floor: [x * 1000, y * 1000],
  });

  it('follows fast people in a small picture at two frames a second', () => {
    const frames = times(6, 2).map((t): [number, TrackerDetection[]] => [
      t,
      [overhead(1.4 * t, 0), overhead(9.8 - 1.4 * t, 0.9)],
    ]);
    for (const [a, b] of idsOf(frames)) expect([a, b]).toEqual([1, 2]);
  });

  it('goes on without them when they cease, and with them when they come back', () => {
    const frames = times(6, 5).map((t): [number, TrackerDetection[]] => {
      const { floor, ...bare } = overhead(t, 0);
      return [t, [t > 2 && t < 4 ? bare : { ...bare, floor }]];
    });
    expect(new Set(idsOf(frames).flat())).toEqual(new Set([1]));
  });
});

describe('the same input', () => {
  const scene = () => inventedScenes(4)[1] ?? expect.fail('no scene');

  it('gives the same output twice', () => {
    const run = () => {
      const { times: at, detections, picture } = scene();
      const tracker = new Tracker();
      return at.map((ts, index) => tracker.update(ts, detections[index] ?? [], picture));
    };
    expect(run()).toEqual(run());
  });

  it('gives the same output after a snapshot went through JSON in the middle, at any frame', () => {
    const { times: at, detections, picture } = scene();
    const plain = new Tracker();
    let saved = new Tracker();
    for (const [index, ts] of at.entries()) {
      const expected = plain.update(ts, detections[index] ?? [], picture);
      if (index % 7 === 0) {
        const snapshot = JSON.stringify(saved.save());
        saved = new Tracker();
        saved.restore(JSON.parse(snapshot) as ReturnType<Tracker['save']>);
      }
      expect(saved.update(ts, detections[index] ?? [], picture)).toEqual(expected);
    }
    expect(JSON.stringify(saved.save())).toBe(JSON.stringify(plain.save()));
  });
});

describe('input that is not as it should be', () => {
  it.each([
    ['the same time again', START + 200],
    ['an earlier time', START + 100],
    ['no time', Number.NaN],
  ])('changes nothing: %s', (_, ts) => {
    const tracker = new Tracker();
    tracker.update(START, [person(100)]);
    tracker.update(START + 200, [person(110)]);
    const before = JSON.stringify(tracker.save());
    expect(tracker.update(ts, [person(120)])).toEqual([]);
    expect(JSON.stringify(tracker.save())).toBe(before);
  });

  it.each([
    ['x', { x: Number.NaN }],
    ['y', { y: Infinity }],
    ['w', { w: 0 }],
    ['h', { h: -3 }],
    ['w without end', { w: Infinity }],
    ['score', { score: Number.NaN }],
    ['foot', { foot: [Number.NaN, 3] as const }],
    ['floor', { floor: [1, Number.NaN] as const }],
  ])('takes no detection with a bad %s, and stays sound', (_, bad) => {
    const tracker = new Tracker();
    for (const t of times(1, 10))
      expect(tracker.update(START + t * 1000, [{ ...person(100), ...bad }, person(400)]).length).toBe(1);
    expect(JSON.stringify(tracker.save())).not.toContain('null');
  });

  it('follows 500 boxes in a frame without slowing down out of bounds', () => {
    const chance = new Chance(17);
    const people = Array.from({ length: 500 }, () => ({ x: chance.between(0, 1900), y: chance.between(0, 900) }));
    const tracker = new Tracker();
    const began = performance.now();
    for (let frame = 0; frame < 20; frame += 1)
      tracker.update(
        START + frame * 200,
        people.map(({ x, y }) => shaky(chance, person(x + frame * 5, y))),
      );
    // A crowd costs milliseconds; the bound leaves leeway for a busy machine.
    expect((performance.now() - began) / 20).toBeLessThan(400);
    expect(tracker.size).toBeLessThan(2_000);
  });

  it('stays finite in every number through noise of all kinds', () => {
    const chance = new Chance(23);
    const tracker = new Tracker();
    let ts = START;
    for (let frame = 0; frame < 2_000; frame += 1) {
      ts += Math.floor(1 + 5_000 * chance.next() ** 6);
      const seen = Array.from({ length: Math.floor(chance.next() * 12) }, () => ({
        x: chance.between(-50, 700),
        y: chance.between(-50, 500),
        w: 0.01 + 300 * chance.next() ** 4,
        h: 0.01 + 400 * chance.next() ** 4,
        score: chance.next(),
      }));
      for (const box of tracker.update(ts, seen))
        expect(Number.isFinite(box.x + box.y + box.w + box.h + box.foot[0] + box.foot[1] + box.ageSeconds)).toBe(true);
    }
    expect(JSON.stringify(tracker.save())).not.toContain('null');
  });

  it.each([
    ['for ever, usually', Infinity, 30, 1],
    ['as long as it may', 10, 30, 0],
    ['while a sure detection comes now and then', 10, 8, 1],
  ])('lives on detections that are not sure enough to start it: %s', (_, unsureSeconds, sureEvery, followed) => {
    const tracker = new Tracker({ unsureSeconds, startScore: 0.6, sureScore: 0.4 });
    let last: TrackedBox[] = [];
    for (const t of times(25, 5))
      last = tracker.update(START + t * 1000, [person(100, 100, t % sureEvery === 0 ? 0.8 : 0.5)]);
    expect(last.length).toBe(followed);
    expect(last[0]?.unsureSeconds ?? 0).toBeCloseTo(followed === 0 ? 0 : 25 % sureEvery, 3);
  });

  it('forgets everyone on reset, and gives nobody an old id', () => {
    const tracker = new Tracker();
    tracker.update(START, [person(100), person(300)]);
    tracker.reset();
    expect(tracker.size).toBe(0);
    expect(tracker.update(START - 5_000, [person(100)])[0]?.id).toBe(3);
  });
});
