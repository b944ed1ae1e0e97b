import type { FactOf } from '@aisle/contracts';

/** 2026-11-22T00:00:00Z: facts to write, each told apart by what its test gives. */
const START = Date.UTC(2026, 10, 22);
export const minute = (at: number): number => START + at * 60_000;
export const hour = (at: number): number => START + at * 3_600_000;

export const zone = (
  subject: string,
  ts: number,
  seq: number,
  value: Partial<FactOf<'zone'>['value']> = {},
): FactOf<'zone'> => ({
  kind: 'zone',
  subject,
  ts,
  seq,
  configVersion: 1,
  value: { visits: 1, visitors: 1, dwellMs: 1000, histogram: [[1, 1]], overlapMs: 1000, maxOpen: 1, ...value },
});
export const crossings = (
  subject: string,
  ts: number,
  seq: number,
  value: Partial<FactOf<'crossings'>['value']> = {},
): FactOf<'crossings'> => ({
  kind: 'crossings',
  subject,
  ts,
  seq,
  configVersion: 2,
  value: { in: 1, out: 0, source: 'tracks', ...value },
});
export const slot = (subject: string, ts: number, seq: number, stock: number | null): FactOf<'slot'> => ({
  kind: 'slot',
  subject,
  ts,
  seq,
  configVersion: 1,
  value: { gtin: '0690', zoneId: null, pickups: 1, putbacks: 0, stock },
});
export const sale = (
  subject: string,
  ts: number,
  seq: number,
  given: { netMinor?: number; receipt?: string; quantityMicro?: number } = {},
): FactOf<'sale'> => {
  const { netMinor = 1250, receipt = subject, quantityMicro = 1_000_000 } = given;
  const shares = [{ slotId: 's1', zoneId: 'dairy', quantityMicro, netMinor }];
  return {
    kind: 'sale',
    subject,
    ts,
    seq,
    configVersion: 1,
    value: {
      receipt,
      deviceId: 'till-1',
      contentDigest: 'd',
      transaction: quantityMicro > 0,
      netMinor,
      lines: [{ gtin: '0690', quantityMicro, netMinor, shares }],
    },
  };
};
export const play = (subject: string, ts: number, seq: number): FactOf<'play'> => ({
  kind: 'play',
  subject,
  ts,
  seq,
  configVersion: 1,
  value: {
    screenId: 'screen-1',
    decisionId: 'd1',
    contentId: 'c1',
    startedTs: ts,
    endedTs: ts + 8000,
    completed: true,
  },
});
/** A block of 20 minutes with `units` of the featured product sold. */
export const block = (subject: string, ts: number, seq: number, units = 0): FactOf<'block'> => ({
  kind: 'block',
  subject: `${subject}@${ts}`,
  ts,
  seq,
  configVersion: 1,
  value: {
    campaignId: 'c-1',
    groupId: 'screen-1',
    screens: ['screen-1', 'screen-2'],
    fromTs: ts,
    toTs: ts + 20 * 60_000,
    countedFromTs: ts + 5 * 60_000,
    arm: 'treated',
    probabilityMicro: 800_000,
    counted: true,
    why: null,
    sensedMs: 15 * 60_000,
    opportunities: 7,
    watchers: 3,
    stops: 2,
    scans: 1,
    featured: { pickups: 2, unitsMicro: units * 1_000_000, netMinor: units * 1250 },
    category: { pickups: 4, unitsMicro: units * 2_000_000, netMinor: units * 2000 },
    store: { pickups: 9, unitsMicro: units * 5_000_000, netMinor: units * 5100 },
  },
});
export const incident = (
  subject: string,
  ts: number,
  seq: number,
  value: Partial<FactOf<'incident'>['value']> = {},
): FactOf<'incident'> => ({
  kind: 'incident',
  subject: `outOfStock:${subject}@${ts}`,
  ts,
  seq,
  configVersion: 1,
  value: { what: 'outOfStock', subject, zoneId: 'dairy', since: ts, until: null, count: 0, ...value },
});
export const inForce = (version: number, ts: number, seq: number): FactOf<'inForce'> => ({
  kind: 'inForce',
  subject: `${version}@${ts}`,
  ts,
  seq,
  generation: 1,
  configVersion: version,
  value: { version, before: version - 1, sections: ['layout'] },
});
/** The same under a version of the store file and in a generation. */
export const under = <F extends FactOf<'zone'> | FactOf<'sale'> | FactOf<'slot'>>(
  configVersion: number,
  generation: number,
  fact: F,
): F => ({ ...fact, configVersion, generation });
/** A heat fact of `cells` cells. */
export const big = (ts: number, cells: number): FactOf<'heat'> => ({
  kind: 'heat',
  subject: 'floor',
  ts,
  seq: 1,
  configVersion: 1,
  value: {
    columns: 2000,
    rows: 2000,
    cells: Array.from({ length: cells }, (_, cell) => [cell * 7, 500] as [number, number]),
  },
});
