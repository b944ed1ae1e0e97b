import { describe, expect, it } from 'vitest';
import { CertificateWatch } from '../../src/http/certificate-watch.js';

const DAY = 86_400_000;

describe('a certificate that ends', () => {
  it('is told three weeks before, once a day, and louder when it has ended', () => {
    const told: string[] = [];
    let now = 0;
    const clock = { now: () => now, monotonicMs: () => now + 5 };
    const say = (level: string) => (what: object) => void told.push(`${level} ${(what as { days: number }).days}`);
    const log = { warn: say('warn'), error: say('error') } as never;
    const watch = new CertificateWatch(100 * DAY, clock, log);
    for (now = 0; now < 79 * DAY; now += DAY / 4) watch.look();
    expect(told).toEqual([]);
    for (now = 79 * DAY; now < 82 * DAY; now += DAY / 24) watch.look();
    expect(told).toEqual(['warn 21', 'warn 20', 'warn 19']);
    now = 101 * DAY;
    watch.look();
    expect(told.at(-1)).toBe('error -1');
  });
});
