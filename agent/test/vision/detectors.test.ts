import { describe, expect, it } from 'vitest';
import { Detectors } from '../../src/vision/detectors.js';
import { FakeDetector, TestClock } from '../frames/support.js';
import { quiet } from '../runtime/harness.js';

describe('a detector that nobody asks for', () => {
  it('gives its memory back after a minute without a picture, and is opened anew by the next', async () => {
    const clock = new TestClock();
    const opened: FakeDetector[] = [];
    const open = async () => {
      opened.push(new FakeDetector());
      return opened.at(-1) as FakeDetector;
    };
    const detectors = new Detectors(open, clock, quiet);
    await detectors.get('model');
    for (let second = 0; second < 90; second += 10) {
      await detectors.get('model');
      await clock.pass(10_000);
    }
    expect(opened.map(({ closed }) => closed)).toEqual([false]);
    await clock.pass(120_000);
    expect(opened.map(({ closed }) => closed)).toEqual([true]);
    await detectors.get('model');
    expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
    await detectors.stop();
  });
});
