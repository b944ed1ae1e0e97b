import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS, minuteOf, type FootfallRow, type ProductRow, type ZoneRow } from '@aisle/contracts';
import { compare } from '../src/score/compare.js';
import { LineFile } from '../src/adapters/line-file.js';
import { readLedger, readStock, type PerMinute, type Truth } from '../src/score/ledger-file.js';
import { match } from '../src/score/match.js';
import { junitOf, tableOf } from '../src/score/report.js';
import type { SystemFigures } from '../src/score/system-figures.js';
import { demoRun, linesOf, simulate, START } from './support.js';

describe('matching items', () => {
  const items = (entries: Record<string, number>): PerMinute =>
    new Map(
      Object.entries(entries).map(([key, count]) => [
        `${key.split(' ')[0]}|${Number(key.split(' ')[1]) * MINUTE_MS}`,
        count,
      ]),
    );
  it.each<[string, Record<string, number>, Record<string, number>, number]>([
    ['the same minute', { 'milk 3': 2 }, { 'milk 3': 2 }, 1],
    ['a minute apart', { 'milk 3': 2 }, { 'milk 4': 2 }, 1],
    ['two minutes apart', { 'milk 3': 2 }, { 'milk 5': 2 }, 0],
    ['another product', { 'milk 3': 2 }, { 'cola 3': 2 }, 0],
    ['one of two found', { 'milk 3': 2 }, { 'milk 3': 1 }, 2 / 3],
    ['one too many', { 'milk 3': 1 }, { 'milk 3': 1, 'milk 4': 1 }, 2 / 3],
    ['each item once', { 'milk 3': 1, 'milk 4': 1 }, { 'milk 3': 1, 'milk 5': 1 }, 1],
    [
      'a chain of shifted minutes',
      { 'milk 1': 1, 'milk 2': 1, 'milk 3': 1 },
      { 'milk 2': 1, 'milk 3': 1, 'milk 4': 1 },
      1,
    ],
    ['nothing to find', {}, {}, 1],
  ])('%s', (_, expected, found, f1) => {
    expect(match(items(expected), items(found)).f1).toBeCloseTo(f1, 9);
  });
});

/** What a faultless system would answer. */
function faultless(truth: Truth): SystemFigures {
  const stock = truth.stock;
  return {
    footfall: [...truth.entrances].map(([entranceId, counts]) => ({
      from: '',
      entranceId,
      ...counts,
      coverage: 1,
    })) as FootfallRow[],
    zones: [
      ...[...truth.visits].map(([zoneId, sum]) => ({
        zoneId,
        visits: sum.visits,
        dwellSeconds: { total: sum.dwellMs / 1000 },
        salesNet: 0,
      })),
      { zoneId: 'unplaced', visits: null, dwellSeconds: { total: null }, salesNet: truth.salesNet },
    ] as unknown as ZoneRow[],
    products: [...new Set([...stock.keys(), ...truth.salesByProduct.keys()])].map((gtin) => ({
      gtin,
      units: truth.salesByProduct.get(gtin)?.units ?? 0,
      salesNet: truth.salesByProduct.get(gtin)?.net ?? 0,
      stock: stock.get(gtin) ?? null,
    })) as ProductRow[],
    shoppers: {
      footfall: 0,
      transactions: truth.transactions,
      salesNet: truth.salesNet,
      conversion: null,
      salesPerShopper: null,
      averageTransaction: null,
      currency: 'CNY',
      coverage: 1,
      coverageOf: { people: 1, goods: null, sales: 1 },
      versions: [1],
      metricVersion: 1,
    },
    pickups: { byProduct: new Map(truth.pickups.byProduct), byZone: new Map(truth.pickups.byZone) },
    putbacks: { byProduct: new Map(truth.putbacks.byProduct), byZone: new Map(truth.putbacks.byZone) },
  };
}

describe('the score', () => {
  let folder: string;
  let file: string;
  let truth: Truth;
  const { ledger } = demoRun({ minutes: 25 });
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'aisle-ledger-'));
    file = path.join(folder, 'ledger.jsonl');
    writeFileSync(file, `${ledger.join('\n')}\n`);
    truth = await readLedger(file);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('adds the ledger up', () => {
    expect(truth).toMatchObject({ storeId: 'demo', noise: true, fromTs: START, toTs: START + 25 * MINUTE_MS });
    const pickups = linesOf<{ units: number }>(ledger, 'pickup').reduce((sum, { units }) => sum + units, 0);
    expect(match(truth.pickups.byProduct, new Map()).expected).toBe(pickups);
    const end = linesOf<{ stock: Record<string, number> }>(ledger, 'end')[0]?.stock ?? {};
    const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);
    expect(total(truth.stock.values())).toBe(total(Object.values(end)));
  });

  it('passes a faultless system, and names nothing', () => {
    const rows = compare(truth, faultless(truth));
    expect(rows.filter((row) => !row.ok)).toEqual([]);
    expect(rows.length).toBe(47);
  });

  it.each<[string, (system: SystemFigures) => void, string[]]>([
    [
      'an entrance two per cent too high',
      (s) =>
        void ((s.footfall[0] as FootfallRow).in = Math.ceil(((s.footfall[0] as FootfallRow).in as number) * 1.02 + 1)),
      ['entries', 'entries, main'],
    ],
    [
      'an entrance that nothing senses',
      (s) => void ((s.footfall[1] as FootfallRow).out = null),
      ['exits', 'exits, side'],
    ],
    [
      'a zone four per cent too long',
      (s) =>
        void ((s.zones[0] as ZoneRow).dwellSeconds.total =
          ((s.zones[0] as ZoneRow).dwellSeconds.total as number) * 1.04),
      ['dwell seconds, dairy'],
    ],
    [
      'a cent lost between zones',
      (s) => void ((s.zones.at(-1) as ZoneRow & { salesNet: number }).salesNet -= 0.01),
      ['net sales, zones and unplaced'],
    ],
    [
      'a product without its sales',
      (s) => void ((s.products[0] as ProductRow).units += 1),
      ['units off, all products'],
    ],
    ['pickups of whole products missing', (s) => s.pickups.byProduct.clear(), ['pickups, by product and minute']],
    ['putbacks in the wrong zone', (s) => s.putbacks.byZone.clear(), ['putbacks, by zone and minute']],
    [
      'stock that is off',
      (s) => s.products.slice(0, 5).forEach((row) => (row.stock = -1)),
      ['products with the right stock'],
    ],
  ])('misses %s', (_, spoil, names) => {
    const system = faultless(truth);
    spoil(system);
    const rows = compare(truth, system);
    expect(rows.filter((row) => !row.ok).map((row) => row.name)).toEqual(names);
    expect(tableOf(rows)).toContain(`MISS  ${names[0]}`);
    expect(junitOf(rows)).toContain(`failures="${names.length}"`);
  });

  it('asks for equality when noise is off', () => {
    const quiet = { ...truth, noise: false };
    const system = faultless(quiet);
    (system.footfall[0] as FootfallRow).in = ((system.footfall[0] as FootfallRow).in as number) + 1;
    expect(
      compare(quiet, system)
        .filter((row) => !row.ok)
        .map((row) => row.name),
    ).toEqual(['entries', 'entries, main']);
  });

  it('counts a run that still goes on up to the last minute whose visits are all known', async () => {
    const cut = ledger.filter((line) => !line.startsWith('{"type":"end"')).slice(0, -40);
    const going = path.join(folder, 'going.jsonl');
    writeFileSync(going, `${cut.join('\n')}\n{"type":"visit","zo`);
    const { toTs } = await readLedger(going);
    const last = linesOf<{ ts: number; openSince: number | null }>(cut, 'minute').at(-1);
    expect(toTs).toBe(minuteOf(Math.min((last?.ts ?? 0) + MINUTE_MS, last?.openSince ?? Infinity)));
  });

  it('takes the last of several runs in one file', async () => {
    const other = demoRun({ seed: 7 }).ledger;
    const both = path.join(folder, 'both.jsonl');
    writeFileSync(both, `${[...ledger, ...other].join('\n')}\n`);
    const { toTs, transactions } = await readLedger(both);
    expect(toTs).toBe(START + 5 * MINUTE_MS);
    expect(transactions).toBe(
      linesOf<{ lines: { quantity: number }[] }>(other, 'sale').filter(({ lines }) =>
        lines.some(({ quantity }) => quantity > 0),
      ).length,
    );
  });

  it('knows the stock that a run to be continued left behind, with or without its end', async () => {
    const { stock } = linesOf<{ stock: Record<string, number> }>(ledger, 'end')[0] as { stock: Record<string, number> };
    expect(await readStock(file)).toEqual(stock);
    const killed = path.join(folder, 'killed.jsonl');
    writeFileSync(killed, ledger.slice(0, -1).join('\n'));
    expect(await readStock(killed)).toEqual(stock);
    const continued = simulate({ seed: 9, minutes: 0.5, stock });
    const start = linesOf<{ stock: Record<string, number> }>(continued.ledger, 'run')[0]?.stock ?? {};
    for (const [slotId, units] of Object.entries(start))
      expect(Math.abs(units - (stock[slotId] as number)), slotId).toBeLessThanOrEqual(2);
  });

  it('goes on behind half a line that a killed run left', async () => {
    const half = path.join(folder, 'half.jsonl');
    writeFileSync(half, '{"type":"run"}\n{"type":"vis');
    const lines = await LineFile.open(half, true);
    lines.write('{"type":"run"}');
    await lines.close();
    expect(readFileSync(half, 'utf8')).toBe('{"type":"run"}\n{"type":"vis\n{"type":"run"}\n');
  });

  it('refuses a file without a run', async () => {
    const empty = path.join(folder, 'empty.jsonl');
    writeFileSync(empty, '');
    await expect(readLedger(empty)).rejects.toThrow('holds no run');
  });
});
