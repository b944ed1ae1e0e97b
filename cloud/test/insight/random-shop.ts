import type { Fact, StoreFile, Zone } from '@aisle/contracts';
import type { SeriesRow } from '../../src/ports/series-store.js';

/** A small generator with a seed (mulberry32), so that a failing round can be run again. */
export function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export const shopFile = (timezone: string, hours: boolean): StoreFile => ({
  store: { id: 'demo', name: 'Demo', timezone, currency: 'CNY' },
  ...(hours && { hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], open: '00:30', close: '22:00' }] }),
  floor: { width: 4, depth: 3 },
  entrances: [
    {
      id: 'main',
      line: [
        [0, 3],
        [1, 3],
      ],
      inward: [0, -1],
    },
    {
      id: 'side',
      line: [
        [3, 3],
        [4, 3],
      ],
      inward: [0, -1],
      source: 'cam-2',
    },
  ],
  zones: [
    {
      id: 'a',
      kind: 'aisle',
      polygon: [
        [0, 0],
        [1.5, 0],
        [1.5, 2],
        [0, 2],
      ],
    },
    {
      id: 'b',
      kind: 'aisle',
      polygon: [
        [2, 0],
        [3, 0],
        [3, 1],
        [2, 1],
      ],
      engagedAfterSeconds: 3,
    },
    {
      id: 'c',
      kind: 'promotion',
      polygon: [
        [2, 2],
        [3, 2],
        [3, 3],
        [2, 3],
      ],
    },
  ],
  products: [{ gtin: 'p1' }, { gtin: 'p2' }],
  fixtures: [
    {
      id: 'f1',
      zone: 'a',
      slots: [
        { id: 's1', gtin: 'p1', facings: 2 },
        { id: 's2', gtin: 'p2' },
      ],
    },
    { id: 'f2', zone: 'b', slots: [{ id: 's3', gtin: 'p2' }] },
  ],
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle' },
    { id: 'cam-2', family: 'camera', dialect: 'aisle', covers: ['b'] },
    { id: 'sh-1', family: 'shelf', dialect: 'aisle', fixture: 'f1' },
    { id: 'till-1', family: 'till', dialect: 'aisle' },
  ],
});

/**
 * Three versions: the second doubles zone a, counts its visits as engaged later, takes zone c away, opens at other hours and
 * lets another camera see zone b; the third has a new zone d and moves a shelf.
 */
export function versionsOf(timezone: string, hours: boolean): Record<1 | 2 | 3, StoreFile> {
  const [first, second] = [shopFile(timezone, hours), shopFile(timezone, hours)];
  const [a, b] = second.zones as [Zone, Zone, Zone];
  const wider = { ...a, engagedAfterSeconds: 9, polygon: a.polygon.map(([x, y]) => [x, y * 2] as [number, number]) };
  second.zones = [wider, b];
  if (second.hours) second.hours = second.hours.map((opening) => ({ ...opening, open: '08:00' }));
  second.devices = (second.devices ?? []).map((device) =>
    device.id === 'cam-2' ? { ...device, covers: ['a'] } : device,
  );
  const square: Zone['polygon'] = [
    [3, 0],
    [4, 0],
    [4, 1],
    [3, 1],
  ];
  const third: StoreFile = {
    ...second,
    zones: [{ id: 'd', kind: 'promotion', polygon: square }, wider, b],
    devices: second.devices.map((device) => (device.id === 'sh-1' ? { ...device, fixture: 'f2' } : device)),
  };
  return { 1: first, 2: second, 3: third };
}

/**
 * Puts facts under the versions that held at their time. In the minute of a change either may be told. From `anew` on agents
 * name generations, and there a minute may have been recomputed.
 */
export function underVersions(
  any: (below: number) => number,
  rows: readonly SeriesRow[],
  changes: readonly [second: number, third: number],
  anew: number,
): SeriesRow[] {
  return rows.map(({ fact, ...row }) => {
    const minute = Math.floor(fact.ts / 60_000) * 60_000;
    const held = changes.filter((change) => minute >= change).length;
    const configVersion = 1 + held - (held > 0 && changes[held - 1] === minute ? any(2) : 0);
    return {
      ...row,
      fact: { ...fact, configVersion, ...(minute >= anew && { generation: 1 + (any(4) === 0 ? 1 : 0) }) },
    };
  });
}

/** `count` facts at random minutes of [from, to), some of them newer or older statements of the same, in one of three epochs. */
export function randomRows(
  any: (below: number) => number,
  storeId: string,
  from: number,
  to: number,
  count: number,
): SeriesRow[] {
  const pick = <T>(list: readonly T[]): T => list[any(list.length)] as T;
  const busy = Array.from({ length: 40 }, () => from + any((to - from) / 60_000) * 60_000);
  return Array.from({ length: count }, () => {
    const ts = any(3) === 0 ? from + any((to - from) / 60_000) * 60_000 : pick(busy);
    return { storeId, epoch: 1 + any(3), fact: randomFact(any, pick, ts) };
  });
}

function randomFact(any: (below: number) => number, pick: <T>(list: readonly T[]) => T, ts: number): Fact {
  const common = { ts, seq: any(500), configVersion: 1 };
  switch (any(6)) {
    case 0:
      return {
        ...common,
        kind: 'crossings',
        subject: pick(['main', 'side']),
        value: { in: any(4), out: any(3), source: 'tracks' },
      };
    case 1: {
      const histogram = [...new Set(Array.from({ length: any(5) }, () => any(12)))]
        .sort((a, b) => a - b)
        .map((second) => [second, 1 + any(3)] as [number, number]);
      const visits = histogram.reduce((sum, [, number]) => sum + number, 0);
      const value = {
        visits,
        visitors: any(visits + 1),
        dwellMs: histogram.reduce((sum, [second, number]) => sum + (second * 1000 + any(1000)) * number, 0),
        histogram,
        overlapMs: visits === 0 && any(2) === 0 ? 0 : any(90_000),
        maxOpen: any(4),
        // judged here and there, now and then by statements of a size that only a crowd could make
        ...(any(3) > 0 && {
          interest: { ppmMs: any(2) === 0 ? any(2 ** 31) : any(2 ** 22) * 2 ** 30, ms: any(60_001) },
        }),
      };
      return { ...common, kind: 'zone', subject: pick(['a', 'b', 'c']), value };
    }
    case 2:
      return {
        ...common,
        kind: 'heat',
        subject: 'floor',
        value: {
          columns: 8,
          rows: 6,
          cells: [...new Set([any(48), any(48)])]
            .sort((a, b) => a - b)
            .map((cell) => [cell, any(3000)] as [number, number]),
        },
      };
    case 3:
      return {
        ...common,
        kind: 'slot',
        subject: pick(['s1', 's2']),
        value: {
          gtin: pick(['p1', 'p2']),
          zoneId: pick(['a', 'b', null]),
          pickups: any(3),
          putbacks: any(2),
          stock: pick([null, any(20)]),
        },
      };
    case 4:
      return {
        ...common,
        kind: 'coverage',
        subject: pick(['cam-1', 'cam-2', 'cam-1&cam-2', 'cam-1&cam-2>main', 'sh-1', 'till-1!away']),
        value: { sensedMs: any(60_001) },
      };
    default: {
      const id = any(10);
      const lines = Array.from({ length: 1 + any(2) }, () => {
        const quantity = pick([-2, 1, 3]);
        const unit = any(900) - (quantity < 0 ? 900 : 0);
        const shares = pick([[], ['a'], ['a', 'b'], [null], ['b', null]]).map((zoneId, at) => ({
          slotId: `s${at}`,
          zoneId,
          quantityMicro: quantity * 1_000_000 + at,
          netMinor: unit + at,
        }));
        const add = (key: 'quantityMicro' | 'netMinor'): number => shares.reduce((sum, share) => sum + share[key], 0);
        return {
          gtin: pick(['p1', 'p2', 'p3']),
          quantityMicro: shares.length ? add('quantityMicro') : quantity * 1_000_000,
          netMinor: shares.length ? add('netMinor') : unit,
          shares,
        };
      });
      const value = {
        receipt: `r${id}`,
        deviceId: 'till-1',
        contentDigest: 'd',
        transaction: lines.some((line) => line.quantityMicro > 0),
        netMinor: lines.reduce((sum, line) => sum + line.netMinor, 0),
        lines,
      };
      return { ...common, kind: 'sale', ts: ts + id * 5000, subject: `r${id}`, value };
    }
  }
}
