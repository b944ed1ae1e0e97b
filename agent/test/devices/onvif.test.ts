import { describe, expect, it } from 'vitest';
import { lastReset } from '../../src/domain/core/local-time.js';
import { Counters } from '../../src/domain/smart/counters.js';
import { decodeOnvif } from '../../src/devices/camera/onvif.js';
import { bytes, mutations } from './support.js';

const TS = Date.UTC(2024, 6, 3, 10, 37, 18, 203);
const base = { UtcTime: '2024-07-03T10:37:18.203Z', Source: { VideoSource: '1', Rule: 'Door' } };
const topic = (path: string): string => `cam-7/onvif-ej/RuleEngine/${path}`;

describe('ONVIF events', () => {
  it.each([
    [
      'LineDetector/Crossed/&1/Door',
      { ObjectId: '12' },
      { kind: 'crossed', objects: [{ id: '12', isPerson: true }], direction: null },
    ],
    [
      'LineDetector/Crossed',
      { ObjectId: 12, Direction: 'LeftToRight', ClassTypes: 'Human' },
      { kind: 'crossed', objects: [{ id: '12', isPerson: true }], direction: 'LeftToRight' },
    ],
    [
      'LineDetector/Crossed/&1/Door',
      { Object: { ObjectId: 4, Appearance: { Class: { Type: [{ '#text': 'Human', Likelihood: 0.9 }] } } } },
      { kind: 'crossed', objects: [{ id: '4', isPerson: true }], direction: null },
    ],
    ['CountAggregation/Counter/&1/Door', { Count: '42' }, { kind: 'counter', count: 42 }],
    ['CountAggregation/Counter/&1/Door', { Count: 42 }, { kind: 'counter', count: 42 }],
    ['CountAggregation/OccupancyCounter/&1/Door', { Count: '0' }, { kind: 'occupancy', count: 0 }],
    [
      'FieldDetector/ObjectsInside/&1/Door',
      { ObjectId: '3', IsInside: 'true' },
      { kind: 'inside', objects: [{ id: '3', isPerson: true }], inside: true },
    ],
    [
      'FieldDetector/ObjectsInside',
      { IsInside: false },
      { kind: 'inside', objects: [{ id: null, isPerson: true }], inside: false },
    ],
    [
      'LoiteringDetector/ObjectIsLoitering/&1/Door',
      { ObjectId: '3', State: '1' },
      { kind: 'loitering', objects: [{ id: '3', isPerson: true }], loitering: true },
    ],
    [
      'LoiteringDetector/ObjectIsLoitering/&1/Door',
      { ObjectId: '3', Since: '2024-07-03T10:36:00Z' },
      { kind: 'loitering', objects: [{ id: '3', isPerson: true }], loitering: true },
    ],
  ])('reads %s with %j', (path, Data, expected) => {
    const read = decodeOnvif(topic(path), bytes({ ...base, Data }));
    expect(read).toEqual({ ok: true, value: { ts: TS, rule: 'Door', source: '1', ...expected } });
  });

  it('takes the object from the key, and the name of the rule from the topic where the message has none', () => {
    const message = { UtcTime: '2024-07-03T18:37:18.203+08:00', Key: { ObjectId: '8' }, Data: { IsInside: true } };
    expect(decodeOnvif(topic('FieldDetector/ObjectsInside/&1/Milk shelf'), bytes(message))).toEqual({
      ok: true,
      value: {
        ...{ ts: TS, rule: 'Milk shelf', source: '', kind: 'inside', inside: true },
        objects: [{ id: '8', isPerson: true }],
      },
    });
    expect(decodeOnvif(topic('FieldDetector/ObjectsInside/&1'), bytes(message))).toMatchObject({ value: { rule: '' } });
  });

  it('knows counters that the shop calls an occupancy', () => {
    const message = bytes({ ...base, Data: { Count: '4' } });
    const rules = { occupancy: new Set(['Door']) };
    expect(decodeOnvif(topic('CountAggregation/Counter/&1/Door'), message, rules)).toMatchObject({
      value: { kind: 'occupancy' },
    });
  });

  it.each([
    ['cam/onvif-ej/RuleEngine/CountAggregation/Counter', { ...base, Data: { Count: '-1' } }, 'malformed', 'Data.Count'],
    [
      'cam/onvif-ej/RuleEngine/CountAggregation/Counter',
      { ...base, Data: { Count: 'four' } },
      'malformed',
      'Data.Count',
    ],
    ['cam/onvif-ej/RuleEngine/CountAggregation/Counter', { ...base, Data: { Count: 1.5 } }, 'malformed', 'Data.Count'],
    ['cam/onvif-ej/RuleEngine/CountAggregation/Counter', { ...base }, 'malformed', 'Data.Count'],
    [
      'cam/onvif-ej/RuleEngine/FieldDetector/ObjectsInside',
      { ...base, Data: { IsInside: 'maybe' } },
      'malformed',
      'Data.IsInside',
    ],
    ['cam/onvif-ej/RuleEngine/LoiteringDetector/ObjectIsLoitering', { ...base, Data: {} }, 'malformed', 'Data.State'],
    [
      'cam/onvif-ej/RuleEngine/LineDetector/Crossed',
      { ...base, UtcTime: '2024-07-03T10:37:18' },
      'malformed',
      'UtcTime',
    ],
    ['cam/onvif-ej/RuleEngine/LineDetector/Crossed', { Data: {} }, 'malformed', 'UtcTime'],
    ['cam/onvif-ej/RuleEngine/CountAggregation/Pulse', base, 'unsupported', ''],
    ['cam/notonvif-ej/RuleEngine/LineDetector/Crossed', base, 'topic', ''],
  ])('refuses %s %j as %s of %s', (name, message, reason, field) => {
    expect(decodeOnvif(name, bytes(message))).toMatchObject({ ok: false, reason, field });
  });

  it.each([
    ['LineDetector/Crossed', { ...base, PropertyOperation: 'Deleted' }, 'noEvent'],
    ['LineDetector/Crossed', { ...base, PropertyOperation: 'Initialized', Data: { State: true } }, 'noEvent'],
    ['CellMotionDetector/Motion', base, 'chatter'],
  ])('counts nothing by %s %j, and says why', (path, message, why) => {
    expect(decodeOnvif(topic(path), bytes(message))).toEqual({ ok: true, value: { kind: 'ignored', why } });
    const elsewhere = decodeOnvif('cam/onvif-ej/VideoSource/MotionAlarm', bytes(base));
    expect(elsewhere).toEqual({ ok: true, value: { kind: 'ignored', why: 'chatter' } });
  });

  it('never throws on garbage, and counts are whole numbers', () => {
    const good = bytes({
      ...base,
      Data: { Count: '42', IsInside: 'true', ObjectId: 7, Object: { Appearance: { Class: { Type: 'Human' } } } },
    });
    const paths = [
      'LineDetector/Crossed/&1/a',
      'CountAggregation/Counter',
      'FieldDetector/ObjectsInside',
      'LoiteringDetector/x',
    ];
    let at = 0;
    for (const message of mutations(19, [good], 30_000)) {
      const read = decodeOnvif(topic(paths[at++ % paths.length] ?? ''), message);
      if (read.ok && 'count' in read.value) expect(Number.isSafeInteger(read.value.count)).toBe(true);
      if (read.ok && 'ts' in read.value) expect(Number.isSafeInteger(read.value.ts)).toBe(true);
    }
  });
});

describe('counters of cameras', () => {
  const settings = { kind: 'counter', timezone: 'Asia/Shanghai' } as const;
  const at = (hour: number): number => Date.UTC(2026, 2, 1, hour);

  it('gives steps from the second number on, and what stands there after a restart', () => {
    const counters = new Counters();
    const steps = (
      [
        [0, 100],
        [1, 103],
        [2, 103],
        [3, 4],
        [2, 200],
        [4, 5],
      ] as const
    ).map(([hour, count]) => counters.step('cam|in', at(hour), count, settings));
    expect(steps).toEqual([
      undefined,
      { change: 3, reset: false },
      { change: 0, reset: false },
      { change: 4, reset: true },
      undefined,
      { change: 1, reset: false },
    ]);
    const restored = new Counters(counters.state());
    expect(restored.step('cam|in', at(5), 7, settings)).toEqual({ change: 2, reset: false });
  });

  it('knows by the hour that a counter began anew although it stands higher than before', () => {
    const counters = new Counters();
    const daily = { ...settings, resetAt: '00:00' };
    counters.step('a', at(15), 3, daily);
    // 00:00 in Shanghai is 16:00 UTC.
    expect(counters.step('a', at(17), 5, daily)).toEqual({ change: 5, reset: true });
    expect(counters.step('a', at(18), 6, daily)).toEqual({ change: 1, reset: false });
  });

  it('does not take a reset occupancy for people leaving', () => {
    const counters = new Counters();
    const daily = { kind: 'occupancy', timezone: 'Asia/Shanghai', resetAt: '03:00' } as const;
    counters.step('a', at(17), 8, daily);
    expect(counters.step('a', at(18), 6, daily)).toEqual({ change: -2, reset: false });
    expect(counters.step('a', at(19), 0, daily)).toEqual({ change: 0, reset: true });
  });

  it.each([
    ['Asia/Shanghai', '03:00', Date.UTC(2026, 2, 1, 18, 59), Date.UTC(2026, 1, 28, 19)],
    ['Asia/Shanghai', '03:00', Date.UTC(2026, 2, 1, 19, 0), Date.UTC(2026, 2, 1, 19)],
    // The night of 29 March 2026 has no 02:30 in Berlin: the reset comes when the clocks have moved on.
    ['Europe/Berlin', '02:30', Date.UTC(2026, 2, 29, 1, 30), Date.UTC(2026, 2, 29, 1, 30)],
    ['Europe/Berlin', '02:30', Date.UTC(2026, 2, 29, 1, 29), Date.UTC(2026, 2, 28, 1, 30)],
    ['Europe/Berlin', '25:00', 0, undefined],
    ['Nowhere/City', '02:00', 0, undefined],
  ])('finds the last reset in %s at %s', (timezone, clock, ts, expected) => {
    expect(lastReset(ts, clock, timezone)).toBe(expected);
  });
});
