import { describe, expect, it } from 'vitest';
import { fits, hints, noEvidence, together, weigh } from '../../src/domain/ble/badge-evidence.js';
import type { Evidence } from '../../src/domain/ble/badge-state.js';

const evidence = (over: Partial<Evidence> = {}): Evidence => ({ ...noEvidence(), ...over });
const among = (own: Partial<Evidence>, rivals: Record<string, Partial<Evidence>> = {}) =>
  fits(
    new Map([['anna', evidence(own)], ...Object.entries(rivals).map(([k, r]) => [k, evidence(r)] as const)]),
    'anna',
  );

describe('what speaks for it that somebody wears a badge', () => {
  it('is counted second by second: near, alone or elsewhere', () => {
    const all = new Map<string, Evidence>();
    weigh(all, 'counter', new Map([['anna', { zones: ['counter', 'shop'] }]]));
    weigh(all, 'counter', new Map([['anna', { zones: ['counter'] }], ['ben', { zones: ['counter'] }]])); // prettier-ignore
    weigh(all, 'counter', new Map([['anna', { zones: ['shop'] }], ['ben', { zones: ['counter'] }]])); // prettier-ignore
    together(all, 'ben');
    expect(Object.fromEntries(all)).toEqual({
      anna: { near: 2, alone: 1, away: 1, together: 0, wears: false },
      ben: { near: 2, alone: 1, away: 0, together: 1, wears: false },
    });
  });

  it.each([
    [1, 120, true],
    [1, 119, false],
    [2, 60, true],
    [2, 59, false],
    [3, 20, true],
    [3, 19, false],
    [0, 900, false],
  ])('is enough after %i comings together and %i seconds alone: %s', (times, alone, enough) => {
    expect(among({ near: alone, alone, together: times })).toBe(enough);
  });

  it('is nothing where the badge was near without the person for more than a quarter of the time', () => {
    expect(among({ near: 200, alone: 200, together: 3, away: 50 })).toBe(true);
    expect(among({ near: 200, alone: 200, together: 3, away: 51 })).toBe(false);
  });

  it('is nothing where somebody else was near for more than half of it', () => {
    const own = { near: 200, alone: 100, together: 3 };
    expect(among(own, { ben: { near: 100 } })).toBe(true);
    expect(among(own, { ben: { near: 101 } })).toBe(false);
  });

  it('is a hint from 20 seconds on, while the badge was hardly ever near without them', () => {
    expect([hints(evidence({ near: 20, away: 5 })), hints(evidence({ near: 19 }))]).toEqual([true, false]);
    expect(hints(evidence({ near: 20, away: 6 }))).toBe(false);
  });
});
