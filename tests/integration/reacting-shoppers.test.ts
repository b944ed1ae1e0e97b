import { describe, expect, it } from 'vitest';
import { campaignInTwin } from '../evaluate/lift/twin.js';

/** A simulated morning takes five seconds of a free processor. */
const PATIENCE_MS = 90_000;

describe('a campaign in a simulated shop whose shoppers react to screens', () => {
  it(
    'is found to be worth about what it truly was',
    () => {
      const { lift, truth } = campaignInTwin({ seed: 1, hours: 3.7, strength: 1.5 });
      expect(truth).toBeGreaterThan(0.5);
      expect(lift.p).toBeLessThanOrEqual(0.05);
      expect(lift.low).toBeGreaterThan(0);
      expect(truth).toBeGreaterThan(lift.low as number);
      expect(truth).toBeLessThan(lift.high as number);
    },
    PATIENCE_MS,
  );

  it(
    'is not found to be worth anything where nobody reacts',
    () => {
      const { lift, truth, taken } = campaignInTwin({ seed: 1, hours: 3.7, strength: 0 });
      expect(truth).toBe(0);
      expect(taken).toBeGreaterThan(50);
      expect(lift.p).toBeGreaterThan(0.05);
      expect(lift.low).toBeLessThan(0);
      expect(lift.high).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );
});
