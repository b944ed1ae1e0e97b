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

describe('a detector that is looked at before there is a picture', () => {
  const opening = (check?: (model: string) => void) => {
    const opened: string[] = [];
    const open = async (model: string) => {
      opened.push(model);
      if (model === 'broken') throw new Error('no such file');
      return new FakeDetector();
    };
    return { opened, detectors: new Detectors(open, new TestClock(), quiet, () => '', check) };
  };

  it('is not opened as long as its files are as they should be', async () => {
    const { opened, detectors } = opening(() => undefined);
    detectors.look('good');
    detectors.look(undefined);
    expect([opened, detectors.hasFailed('good'), detectors.describe('good')]).toEqual([[], false, 'good']);
    await detectors.get('good');
    expect(opened).toEqual(['good']);
    await detectors.stop();
  });

  it('is said to have failed at once where they are not, or nobody can tell without', async () => {
    const failing = opening(() => {
      throw new Error('another hash');
    });
    failing.detectors.look('broken');
    await expect.poll(() => failing.detectors.hasFailed('broken')).toBe(true);
    const { opened, detectors } = opening();
    detectors.look('good');
    expect(opened).toEqual(['good']);
    await detectors.stop();
  });
});
