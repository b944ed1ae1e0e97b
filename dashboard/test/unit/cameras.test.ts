import { describe, expect, it } from 'vitest';
import type { LiveCamera } from '@aisle/contracts';
import { cameraWorries, droppedShare, type CameraWorry } from '../../src/lib/figures/cameras.js';

const camera = (more: Partial<LiveCamera>): LiveCamera => ({
  source: 'mqtt',
  received: 1000,
  processed: 1000,
  dropped: 0,
  refused: 0,
  framesPerSecond: 5,
  latencyMs: { p50: 30, p95: 60 },
  model: 'm',
  ...more,
});

describe('a camera', () => {
  it.each<[string, Partial<LiveCamera>, CameraWorry[]]>([
    ['at ease', {}, []],
    ['that drops one picture in a hundred', { dropped: 10 }, []],
    ['that drops more', { dropped: 11 }, ['dropped']],
    ['of which 95 % of pictures take half a second', { latencyMs: { p50: 30, p95: 500 } }, []],
    ['of which they take longer', { latencyMs: { p50: 30, p95: 501 } }, ['slow']],
    ['whose stream is waited for', { source: 'waiting', received: 0, latencyMs: null }, ['waiting']],
    ['that is being connected', { source: 'connecting', received: 0, latencyMs: null }, []],
    [
      'behind in every way',
      { source: 'waiting', dropped: 500, latencyMs: { p50: 600, p95: 900 } },
      ['waiting', 'dropped', 'slow'],
    ],
  ])('%s wants this looked at', (_what, more, worries) => {
    expect(cameraWorries(camera(more))).toEqual(worries);
  });

  it('without a picture has dropped no share of them', () => {
    expect(droppedShare(camera({ received: 0 }))).toBeNull();
    expect(droppedShare(camera({ dropped: 25 }))).toBe(0.025);
  });
});
