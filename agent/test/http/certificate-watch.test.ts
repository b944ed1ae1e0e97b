import { describe, expect, it } from 'vitest';
import { CertificateWatch } from '../../src/http/certificate-watch.js';

const DAY = 86_400_000;

describe('the certificate of what listens in the shop', () => {
  it('is told three weeks before its end, once a day, and louder when it has ended', () => {
    const told: string[] = [];
    let now = 0;
    let look: () => void = () => undefined;
    const clock = {
      now: () => now,
      monotonicMs: () => now + 5,
      after: () => ({ cancel: () => undefined }),
      every: (_ms: number, action: () => void) => {
        look = action;
        return { cancel: () => (look = () => undefined) };
      },
    };
    const say = (level: string) => (what: object) => void told.push(`${level} ${(what as { days: number }).days}`);
    const log = { warn: say('warn'), error: say('error') } as never;
    const watch = new CertificateWatch(100 * DAY, clock, log);
    watch.start();
    for (now = 0; now < 79 * DAY; now += DAY / 24) look();
    expect(told).toEqual([]);
    for (now = 79 * DAY; now < 82 * DAY; now += DAY / 24) look();
    expect(told).toEqual(['warn 21', 'warn 20', 'warn 19']);
    now = 86 * DAY;
    look();
    expect(told.at(-1)).toBe('warn 14');
    now = 101 * DAY;
    look();
    expect(told.at(-1)).toBe('error -1');
    watch.stop();
    now = 103 * DAY;
    look();
    expect(told).toHaveLength(5);
  });
});
