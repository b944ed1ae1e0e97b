import { describe, expect, it } from 'vitest';
import type { DomainEvent, Fact, FactKind } from '@aisle/contracts';
import { Bench, configured, crossing, play, positions, sale, SHOP, START, state, weight } from './shop.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const reasonOf = (bench: Bench, event: DomainEvent) => {
  const outcome = bench.apply(event);
  return outcome.accepted ? 'ok' : outcome.reason;
};

describe('which messages count', () => {
  it('refuses everything as from an unknown device before the first store file', () => {
    const bench = new Bench(null);
    expect(reasonOf(bench, positions('cam-1', START, []))).toBe('unknownDevice');
    expect(reasonOf(bench, sale('rest', START, 'r', [['milk', 1, 1]], 'rest'))).toBe('unknownDevice');
    expect(bench.engine.refusals()).toEqual(new Map([['unknown', new Map([['unknownDevice', 2]])]]));
    expect(bench.values('sale')).toEqual([]);
  });

  const at = (ms: number) => positions('cam-1', START + ms, []);
  const first = at(0);
  const later = at(1000);
  const stranger = positions('cam-9', START, []);
  const weighed = weight('shelf-1', START, 's1', 1000);
  it.each([
    ['a rising row counts', [first, later, at(2000)], ['ok', 'ok', 'ok']],
    ['an older one is late', [later, at(500)], ['ok', 'late']],
    ['the same again is a duplicate', [first, first], ['ok', 'duplicate']],
    ['the same again after newer ones is a duplicate too', [first, later, first], ['ok', 'ok', 'duplicate']],
    ['positions of equal time and other bytes both count', [first, at(0)], ['ok', 'ok']],
    [
      'a weight of equal time and other grams is a conflict',
      [weighed, weight('shelf-1', START, 's1', 900)],
      ['ok', 'conflict'],
    ],
    ['the same weight again is a duplicate', [weighed, weighed], ['ok', 'duplicate']],
    ['slots of one shelf have a row each', [weighed, weight('shelf-1', START - 5, 's2', 900)], ['ok', 'ok']],
    ['cameras have a row each', [later, positions('cam-2', START, [])], ['ok', 'ok']],
    [
      '24 h ahead of arrival is the most',
      [
        { ...first, receivedTs: START - DAY },
        { ...later, receivedTs: START + 999 - DAY },
      ],
      ['ok', 'future'],
    ],
    ['far in the past is no fault', [{ ...first, receivedTs: START + 5000 * DAY }], ['ok']],
    ['strangers are refused', [stranger], ['unknownDevice']],
    ['an unknown slot is refused', [weight('shelf-1', START, 's9', 1)], ['unknownSubject']],
    ['a slot of another fixture is refused', [weight('shelf-1', START, 's3', 1)], ['unknownSubject']],
    ['a shelf without a fixture speaks for any slot', [weight('shelf-any', START, 's3', 1)], ['ok']],
    ['an unknown entrance is refused', [crossing('counter', START, 'in', 1, 'back')], ['unknownSubject']],
    [
      'a crossing counts however late',
      [crossing('counter', START, 'in'), crossing('counter', START - 35 * DAY, 'in')],
      ['ok', 'ok'],
    ],
    [
      'but not more than 35 days',
      [crossing('counter', START, 'in'), crossing('counter', START - 35 * DAY - 1, 'in')],
      ['ok', 'tooOld'],
    ],
    [
      'a play counts in the minute in which it began: not more than 24 h ahead, nor 35 days back',
      [
        play(START, 'd1', { startedTs: START - 35 * DAY, endedTs: START }),
        play(START, 'd2', { startedTs: START - 35 * DAY - 1, endedTs: START }),
        play(START, 'd3', { startedTs: START + DAY, endedTs: START + DAY }),
        play(START, 'd4', { startedTs: START, endedTs: START + DAY + 1 }),
        play(START, 'd5', { startedTs: 0, endedTs: 1 }),
        play(START, 'd6', { startedTs: 8.64e15, endedTs: 8.64e15 }),
      ],
      ['ok', 'tooOld', 'ok', 'future', 'tooOld', 'future'],
    ],
    [
      'presence says nothing of how old a record is',
      [state('counter', START), crossing('counter', START - 300 * DAY, 'in')],
      ['ok', 'ok'],
    ],
    [
      'a sale by REST is never too old',
      [sale('till-1', START, 'a', [['milk', 1, 1]]), sale('till-1', START - 90 * DAY, 'b', [['milk', 1, 1]], 'rest')],
      ['ok', 'ok'],
    ],
    [
      'an older state of a device still says what it says',
      [state('cam-1', START), state('cam-1', START - 5, 'offline')],
      ['ok', 'ok'],
    ],
  ] as [string, DomainEvent[], string[]][])('%s', (_title, events, expected) => {
    const bench = new Bench();
    expect(events.map((event) => reasonOf(bench, event))).toEqual(expected);
    const refused = [...bench.engine.refusals().values()].flatMap((reasons) => [...reasons.values()]);
    expect(refused.reduce((a, b) => a + b, 0)).toBe(expected.filter((reason) => reason !== 'ok').length);
  });

  it('begins a new clock epoch at the tenth rising message more than an hour back', () => {
    const bench = new Bench().all([at(0)]);
    const back = (n: number) => at(-2 * HOUR + n * 1000);
    const reasons = Array.from({ length: 12 }, (_, n) => reasonOf(bench, back(n)));
    expect(reasons).toEqual([...Array.from({ length: 9 }, () => 'late'), 'ok', 'ok', 'ok']);
    expect(bench.engine.clockEpochs()).toEqual(new Map([['cam-1', 1]]));
  });

  it('takes hours that are sent again for duplicates, not for a clock set back, also from the table', () => {
    const bench = new Bench();
    const hours = Array.from({ length: 1500 }, (_, n) => at(n * 10_000));
    bench.all(hours);
    bench.all(Array.from({ length: 12_000 }, (_, n) => at(15_000_000 + n * 1000)));
    expect(bench.take().evict()).toBeGreaterThan(0);
    bench.restart();
    expect(hours.map((event) => reasonOf(bench, event)).filter((reason) => reason === 'ok')).toEqual([]);
    expect(bench.engine.clockEpochs().size).toBe(0);
  });

  it.each([
    [
      'an accepted message between',
      [...Array.from({ length: 9 }, (_, n) => -2 * HOUR + n), 1, ...Array.from({ length: 9 }, (_, n) => -2 * HOUR + n)],
    ],
    [
      'a message that is less than an hour late between',
      [
        ...Array.from({ length: 9 }, (_, n) => -2 * HOUR + n),
        -5,
        ...Array.from({ length: 9 }, (_, n) => -2 * HOUR + 20 + n),
      ],
    ],
    ['times that do not rise', Array.from({ length: 30 }, (_, n) => -2 * HOUR - n)],
    ['an hour exactly', Array.from({ length: 30 }, (_, n) => -HOUR + n)],
  ])('begins no epoch with %s', (_title, times) => {
    const bench = new Bench().all([at(0), ...times.map(at)]);
    expect(bench.engine.clockEpochs().size).toBe(0);
  });
});

describe('which source counts at an entrance', () => {
  const walkIn = [positions('cam-1', START, [['a', 6, 8.5]]), positions('cam-1', START + 400, [['a', 6, 7.5]])];
  const counted = crossing('counter', START + 5, 'out', 2);
  const camCounted = crossing('cam-2', START + 5, 'in', 7);
  const withSource = (source: string) => ({
    ...SHOP,
    entrances: (SHOP.entrances ?? []).map((entrance) => ({ ...entrance, source })),
  });
  it.each([
    ['a counter, while no camera gives positions', SHOP, [counted], { in: 0, out: 2, source: 'counter' }],
    [
      'the first counter in file order',
      SHOP,
      [counted, camCounted],
      { in: 7, out: 0, source: 'cam-2', others: [{ source: 'counter', in: 0, out: 2 }] },
    ],
    [
      'tracks, as soon as any camera gives positions',
      SHOP,
      [counted, ...walkIn],
      { in: 1, out: 0, source: 'tracks', others: [{ source: 'counter', in: 0, out: 2 }] },
    ],
    [
      'the named device, beside tracks',
      withSource('counter'),
      [counted, ...walkIn],
      { in: 0, out: 2, source: 'counter', others: [{ source: 'tracks', in: 1, out: 0 }] },
    ],
    [
      'the tracks of a named camera that only gives positions',
      withSource('cam-1'),
      [counted, ...walkIn],
      { in: 1, out: 0, source: 'cam-1', others: [{ source: 'counter', in: 0, out: 2 }] },
    ],
  ] as const)('%s', (_title, store, events, value) => {
    for (const order of [events, [...events].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1))]) {
      expect(new Bench(store as typeof SHOP).all(order).values('crossings', 'main')[0]?.value).toEqual(value);
    }
  });

  it('counts passers-by on lines of their own', () => {
    const bench = new Bench().all([
      positions('cam-1', START, [['a', 6, 9.5]]),
      positions('cam-1', START + 400, [['a', 6, 8.5]]),
    ]);
    const [street] = bench.values('crossings', 'street');
    expect((street?.value.in ?? 0) + (street?.value.out ?? 0)).toBe(1);
  });
});

describe('coverage', () => {
  const cameras = 'cam-1&cam-2';
  const sensed = (events: DomainEvent[], group = cameras) =>
    new Bench()
      .all(events)
      .values('coverage', group)
      .map((fact) => [fact.ts - START, fact.value.sensedMs]);
  const row = (deviceId: string, times: number[]) => times.map((at) => positions(deviceId, START + at, []));
  const both = (times: number[]) => [...row('cam-1', times), ...row('cam-2', times)];
  it.each([
    ['from each message until the next', both([1000, 2000, 12_000]), [[0, 11_000]]],
    ['30 s without a word are still sensed', both([0, 30_000]), [[0, 30_000]]],
    ['30.001 s are not', both([0, 30_001]), []],
    [
      'split at minutes',
      both([50_000, 70_000]),
      [
        [0, 10_000],
        [60_000, 10_000],
      ],
    ],
    [
      'only what every camera of the group sensed',
      [...row('cam-1', [0, 20_000]), ...row('cam-2', [5000, 25_000])],
      [[0, 15_000]],
    ],
    ['a silent camera blinds the group', row('cam-1', [0, 20_000]), []],
    [
      'an empty message is a sign of life, and so is presence',
      [...both([0]), state('cam-1', START + 20_000), state('cam-2', START + 20_000), ...both([40_000])],
      [[0, 40_000]],
    ],
    ['"offline" is none', [...both([0]), state('cam-1', START + 20_000, 'offline'), ...both([40_000])], []],
    [
      'presence at the wall clock does not hide a replay of the past',
      [state('cam-1', START + 9 * HOUR), state('cam-2', START + 9 * HOUR), ...both([0, 10_000])],
      [[0, 10_000]],
    ],
    [
      'late crossings are no sign of life',
      [
        ...both([0]),
        ...both([60_000]),
        crossing('cam-1', START + 30_000, 'in'),
        crossing('cam-2', START + 30_000, 'in'),
      ],
      [],
    ],
  ] as [string, DomainEvent[], number[][]][])('%s', (_title, events, expected) => {
    expect(sensed(events)).toEqual(expected);
  });

  it('shows a camera silenced for forty minutes of an hour as a third', () => {
    const times = Array.from({ length: 3600 }, (_, n) => n * 1000).filter((at) => at < 600_000 || at >= 3_000_000);
    const total = sensed(both(times)).reduce((sum, [, ms]) => sum + (ms as number), 0);
    expect(total / HOUR).toBeCloseTo(1 / 3, 2);
  });

  it('states shelves by fixture', () => {
    expect(sensed([weight('shelf-1', START, 's1', 1), weight('shelf-1', START + 5000, 's2', 1)], 'shelf-1')).toEqual([
      [0, 5000],
    ]);
  });
});

describe('records', () => {
  const values = (bench: Bench, kind: FactKind): Fact['value'][] => bench.values(kind).map((fact) => fact.value);
  it('states a play under its decision and start, and a repeated one once', () => {
    const played = play(START + 8000, 'd1');
    const bench = new Bench().all([played]);
    expect(reasonOf(bench, played)).toBe('duplicate');
    expect(bench.values('play')).toMatchObject([
      { subject: `d1@${START}`, ts: START, seq: 2, value: { screenId: 'screen-1', completed: true } },
    ]);
    bench.apply(play(START + 8001, 'd1', { startedTs: START, endedTs: START + 8000 }));
    expect(bench.values('play')).toMatchObject([{ seq: 2 }]);
    bench.apply(play(START + 8002, 'd1', { startedTs: START, completed: false }));
    expect(bench.values('play')).toMatchObject([{ seq: 5, value: { completed: false } }]);
  });

  it('states a decision', () => {
    const bench = new Bench();
    const decision = {
      screenId: 'screen-1',
      contentId: 'c',
      category: null,
      reason: 'r',
      probabilityMicro: 1_000_000,
      heldOut: false,
      candidates: [],
    };
    bench.apply({ kind: 'decided', ts: START, decisionId: 'd1', ...decision });
    expect(values(bench, 'decision')).toEqual([decision]);
  });

  it('stamps facts with the version of the store file that they were made under', () => {
    const bench = new Bench().all([crossing('counter', START, 'in')]);
    bench.apply(configured({ ...SHOP, entrances: [] }, 2));
    bench.all([positions('cam-1', START + 60_000, [['a', 2, 2]]), positions('cam-1', START + 60_400, [['a', 2, 2]])]);
    expect(bench.values('crossings').map((fact) => [fact.configVersion, fact.value.source])).toEqual([[1, 'counter']]);
    expect(bench.values('heat').map((fact) => fact.configVersion)).toEqual([2]);
  });
});
