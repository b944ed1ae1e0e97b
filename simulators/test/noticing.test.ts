import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, type StoreFile } from '@aisle/contracts';
import { readBehaviour, readStore, shopFile } from '../src/adapters/files.js';
import { historyOf } from '../src/history/history.js';
import { Noticing } from '../src/world/noticing.js';

const behaviour = readBehaviour(shopFile('behaviour.yaml'));
const demo = readStore(shopFile('demo.yaml'));
const SEES = { looks: 4, eyeMetres: 1.3, spreadMetres: 0.6, foundAnyway: 0.7, passingPull: 3 };
const MONDAY = Date.parse('2026-03-02T10:00:00+08:00');

const shelf = (...slots: [gtin: string | undefined, level: number | undefined, facings: number][]): StoreFile => ({
  ...demo,
  fixtures: [
    {
      ...{ id: 'fx', zone: 'dairy' },
      slots: slots.map(([gtin, level, facings], at) => ({
        ...{ id: `s${at}`, facings },
        ...(gtin !== undefined && { gtin }),
        ...(level !== undefined && { level }),
      })),
    },
  ],
});

describe('what people see of a shelf', () => {
  it('is all of it alike where the behaviour says nothing of it', () => {
    const all = new Noticing(shelf(['a', 1, 1], ['b', 4, 9]), undefined);
    expect([all.share('s0', false), all.share('s1', true), all.pull('s0', new Set(['dairy']))]).toEqual([1, 1, 1]);
  });

  it('is more of what stands near the eyes, of what has more facings, and of what has fewer neighbours', () => {
    const seen = (...slots: Parameters<typeof shelf>) => {
      const noticing = new Noticing(shelf(...slots), SEES);
      return slots.map((_, at) => noticing.share(`s${at}`, false));
    };
    const [low, eye] = seen(['a', 1, 2], ['b', 4, 2]);
    expect(eye).toBeGreaterThan(low!);
    const [few, many] = seen(['a', 3, 1], ['b', 3, 4]);
    expect(many).toBeGreaterThan(few!);
    const [beside] = seen(['a', 1, 2], ['b', 4, 2], ['c', 4, 2]);
    expect(beside).toBeLessThan(low!);
    // an empty place catches nobody's eye; of a table all is as high
    expect(seen(['a', 1, 2], [undefined, 4, 2])).toEqual([1, 0]);
    const [here, there] = seen(['a', undefined, 2], ['b', undefined, 2]);
    expect(here).toBe(there);
  });

  it('is found by most who came for it, and browsed at sooner where they go anyway', () => {
    const noticing = new Noticing(shelf(['a', 1, 2], ['b', 4, 2]), SEES);
    const seen = noticing.share('s0', false);
    expect(noticing.share('s0', true)).toBeCloseTo(seen + (1 - seen) * 0.7, 12);
    expect([noticing.pull('s0', new Set(['dairy'])), noticing.pull('s0', new Set(['care']))]).toEqual([4, 1]);
  });

  it('shows in what a simulated past sells: more of what comes to eye level', () => {
    const sold = (level: number): number => {
      const fixtures = (demo.fixtures ?? []).map((fixture) => ({
        ...fixture,
        slots: (fixture.slots ?? []).map((slot) => (slot.id === 'fx-03-b' ? { ...slot, level } : slot)),
      }));
      const storeFile = { ...demo, fixtures };
      const options = {
        storeFile,
        behaviour: { ...behaviour, noticing: { ...SEES, foundAnyway: 0.1 } },
        seed: 3,
        slots: 'changed' as const,
      };
      let units = 0;
      for (const facts of historyOf({ ...options, from: MONDAY, to: MONDAY + DAY_MS / 2 + HOUR_MS, outagesPerDay: 0 }))
        for (const { kind, value } of facts)
          if (kind === 'sale')
            for (const { gtin, quantityMicro } of value.lines)
              if (gtin === '6901230110603') units += quantityMicro / 1e6;
      return units;
    };
    expect(sold(4)).toBeGreaterThan(1.15 * sold(1));
  });
});
