import { Tracker, type TrackerDetection } from '../../agent/src/domain/tracking/index.js';
import { atLeast, type Figure } from './figures.js';

const PEOPLE = 20;
const FRAMES = 20_000;
const ROUNDS = 5;
const TARGET = 10_000;
/** frames per second of its public Python code: A. Bewley et al., Simple Online and Realtime Tracking, ICIP 2016 */
const SORT_PUBLISHED = 260;
/** J. Cao et al., Observation-Centric SORT, CVPR 2023: "700+ FPS on a single CPU" */
const OC_SORT_PUBLISHED = 700;

/** Twenty people walking about at 25 frames a second, in each other's way, with jitter and one in twenty missed. */
function frames(): TrackerDetection[][] {
  let state = 12_345;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  return Array.from({ length: FRAMES }, (_, frame) => {
    const seen: TrackerDetection[] = [];
    for (let person = 0; person < PEOPLE; person += 1) {
      const missed = next() < 0.05;
      const h = 90 + 30 * Math.sin(person);
      const x = 600 + 550 * Math.sin(frame / (400 + 13 * person) + person * 1.7) + (next() - 0.5) * 4;
      const y = 340 + 280 * Math.cos(frame / (350 + 17 * person) + person * 2.3) + (next() - 0.5) * 4;
      if (!missed) seen.push({ x, y, w: h * 0.4, h: h * (0.98 + 0.04 * next()), score: 0.55 + 0.44 * next() });
    }
    return seen;
  });
}

/** Frames per second of the tracker alone, twenty people in each, on one core; the median of some rounds. */
export function benchTracker(): Promise<Figure[]> {
  const recording = frames();
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const tracker = new Tracker();
    let followed = 0;
    const began = performance.now();
    for (let frame = 0; frame < FRAMES; frame += 1)
      followed += tracker.update(frame * 40, recording[frame] as TrackerDetection[]).length;
    rates.push(FRAMES / ((performance.now() - began) / 1000));
    if (followed < FRAMES * PEOPLE * 0.9)
      throw new Error(`only ${followed} boxes followed: not the work that was meant`);
  }
  const value = rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  return Promise.resolve([
    atLeast('tracker, 20 people', value, 'frames/s', { name: 'promised', value: TARGET }, 1),
    atLeast(
      'tracker, against the public Python SORT',
      value,
      'frames/s',
      { name: 'as published, ICIP 2016, other machine', value: SORT_PUBLISHED },
      1,
    ),
    atLeast(
      'tracker, against the public Python OC-SORT',
      value,
      'frames/s',
      { name: 'as published, CVPR 2023, other machine', value: OC_SORT_PUBLISHED },
      1,
    ),
  ]);
}
