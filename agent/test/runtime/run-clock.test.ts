import { describe, expect, it } from 'vitest';
import { RunClock } from '../../src/adapters/run-clock.js';
import { systemClock } from '../../src/adapters/system.js';
import type { Sender } from '../../src/ports/broker.js';

const integrator: Sender = { kind: 'integrator', name: 'i' };
const says = (text: string, sender: Sender = integrator, topic = 'aisle/v1/clock') => ({
  sender,
  topic,
  payload: Buffer.from(text),
});

describe('the clock of a trial', () => {
  const clock = () => new RunClock({ ...systemClock, now: () => 5, monotonicMs: () => 7 });

  it('is the machine’s until the shop has told a time, then the shop’s; spans stay the machine’s', () => {
    const run = clock();
    expect(run.now()).toBe(5);
    expect(run.hear(says('1772413200000'))).toBe(true);
    expect(run.now()).toBe(1_772_413_200_000);
    expect(run.monotonicMs()).toBe(7);
  });

  it.each(['', 'noon', '-1', '1.5', '{"ts":1}'])('does not take "%s" for a time', (text) => {
    const run = clock();
    expect(run.hear(says(text))).toBe(true);
    expect(run.now()).toBe(5);
  });

  it('is told by the integrator’s account only, on its own topic', () => {
    const run = clock();
    expect(run.hear(says('1772413200000', { kind: 'device', deviceId: 'cam-1' }))).toBe(false);
    expect(run.hear(says('1772413200000', integrator, 'aisle/v1/devices/cam-1/state'))).toBe(false);
    expect(run.now()).toBe(5);
  });
});
