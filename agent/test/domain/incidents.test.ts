import { describe, expect, it } from 'vitest';
import type { Fact } from '@aisle/contracts';
import { Incidents } from '../../src/domain/core/incidents.js';
import { WindowStore } from '../../src/domain/core/window-store.js';

function setUp(saved?: unknown) {
  const store = new WindowStore();
  const incidents = new Incidents(store);
  if (saved !== undefined) {
    store.restore(JSON.parse(JSON.stringify(saved)));
    incidents.restore();
  }
  const at = (seq: number) => {
    store.seq = seq;
    store.applied = seq;
    return incidents;
  };
  return { store, incidents, at, facts: () => store.takeFacts() as Extract<Fact, { kind: 'incident' }>[] };
}

describe('incidents', () => {
  it('are records that open, are revised and close, each statement with its revision', () => {
    const { at, facts } = setUp();
    expect(at(1).open('lowStock', 's1', 5_000, { zoneId: 'dairy', count: 3 })).toBe(true);
    expect(facts()).toEqual([
      {
        kind: 'incident',
        subject: 'lowStock:s1@5000',
        ts: 5_000,
        seq: 1,
        generation: 1,
        configVersion: 0,
        value: { what: 'lowStock', subject: 's1', zoneId: 'dairy', since: 5_000, until: null, count: 3 },
      },
    ]);
    at(2).revise('lowStock', 's1', { count: 2 });
    expect(facts()).toMatchObject([{ subject: 'lowStock:s1@5000', seq: 2, value: { count: 2, until: null } }]);
    at(3).revise('lowStock', 's1', { count: 2 });
    expect(facts()).toEqual([]);
    at(4).close('lowStock', 's1', 9_000);
    expect(facts()).toMatchObject([{ subject: 'lowStock:s1@5000', seq: 4, value: { until: 9_000 } }]);
  });

  it('are open at most once per kind and subject', () => {
    const { at, facts, incidents } = setUp();
    expect(at(1).open('outOfStock', 's1', 1_000)).toBe(true);
    expect(at(2).open('outOfStock', 's1', 2_000, { count: 0 })).toBe(false);
    expect(at(3).open('outOfStock', 's2', 2_000)).toBe(true);
    expect(at(4).open('lowStock', 's1', 500)).toBe(true);
    expect(facts().map((fact) => fact.subject)).toEqual([
      'outOfStock:s1@1000',
      'outOfStock:s2@2000',
      'lowStock:s1@500',
    ]);
    expect(incidents.openOf('outOfStock').map(({ subject }) => subject)).toEqual(['s1', 's2']);
    // One stated anew with another beginning ends the open one.
    at(5).state({ what: 'outOfStock', subject: 's1', zoneId: null, since: 3_000, until: null, count: null });
    expect(facts().map(({ value }) => [value.since, value.until])).toEqual([
      [1_000, 3_000],
      [3_000, null],
    ]);
  });

  it('that turn out as nothing end when they began', () => {
    const { at, facts, incidents } = setUp();
    at(1).open('unpaid', 'milk', 1_000, { count: 1 });
    at(2).withdraw('unpaid', 'milk');
    expect(facts()).toMatchObject([{ value: { since: 1_000, until: 1_000 } }]);
    expect(incidents.opened('unpaid', 'milk')).toBeUndefined();
    at(3).close('unpaid', 'milk', 9_000);
    expect(facts()).toEqual([]);
  });

  it('go on from a snapshot, and open ones are never paged out', () => {
    const before = setUp();
    before.at(1).open('overload', 's1', 1_000);
    before.at(2).open('tampering', 's1', 2_000);
    before.at(3).close('tampering', 's1', 3_000);
    before.facts();
    before.store.newest = 10 * 3_600_000;
    before.at(50_000);
    expect(before.store.takeEvictions(() => undefined).map(({ key }) => key)).toEqual([
      'incident|2000|tampering:s1@2000',
    ]);
    const after = setUp(before.store.save());
    expect(after.incidents.opened('overload', 's1')).toMatchObject({ since: 1_000 });
    after.at(50_001).close('overload', 's1', 60_000);
    expect(after.facts()).toMatchObject([{ seq: 50_001, value: { what: 'overload', until: 60_000 } }]);
    const keys: string[] = [];
    after.incidents.requireOne(keys, 'tampering', 's1', 2_000);
    expect(keys).toEqual(['incident|2000|tampering:s1@2000']);
  });
});
