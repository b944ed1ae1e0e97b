import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SlotRow, StoreFile } from '@aisle/contracts';
import { checkLimits, judge, parseExpectations } from '../src/score/expect.js';
import { readLedger, type Truth } from '../src/score/ledger-file.js';
import type { Observed } from '../src/score/observed.js';
import { readSlotTruth, type SlotTruth } from '../src/score/slot-truth.js';
import type { SystemFigures } from '../src/score/system-figures.js';
import { twinFigures, type Figure, type SlotFigures } from '../src/score/twin-figures.js';
import { twinJunit, twinTable } from '../src/score/twin-report.js';

const START = Date.parse('2026-03-02T01:00:00Z');
const MINUTE = 60_000;
const at = (seconds: number): number => START + seconds * 1000;
const iso = (seconds: number): string => new Date(at(seconds)).toISOString();

/** Ten minutes: slot b is emptied as planned at 2:00, slot a of six tags loses one and gets it back. */
const LEDGER = [
  {
    ...{ type: 'run', version: 1, seed: 1, storeId: 'shop', startTs: START, noise: true, sampleMs: 400, inside: 0 },
    ...{ stock: { a: 6, b: 3 }, entrances: ['main'], zones: ['z'], products: { a: 'g1', b: 'g2' } },
  },
  { type: 'planned', ts: START, slotId: 'b', fromTs: at(110), toTs: at(400) },
  { type: 'tags', ts: START, slots: { a: ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'] } },
  { type: 'crossing', ts: at(5), entranceId: 'main', direction: 'in' },
  { type: 'visit', zoneId: 'z', person: 1, enterTs: at(10), leaveTs: at(30) },
  { type: 'pickup', ts: at(20), slotId: 'a', gtin: 'g1', zoneId: 'z', units: 1 },
  { type: 'tag', ts: at(20), epc: 'e1', gtin: 'g1', slotId: 'a', what: 'taken' },
  { type: 'pickup', ts: at(120), slotId: 'b', gtin: 'g2', zoneId: 'z', units: 3 },
  { type: 'empty', ts: at(120), slotId: 'b', gtin: 'g2', zoneId: 'z' },
  { type: 'putback', ts: at(200), slotId: 'a', gtin: 'g1', zoneId: 'z', units: 1 },
  { type: 'tag', ts: at(200), epc: 'e1', gtin: 'g1', slotId: 'a', what: 'placed' },
  // Staff bring another: no putback to a reader.
  { type: 'putback', ts: at(420), slotId: 'a', gtin: 'g1', zoneId: 'z', units: 1, staff: true },
  { type: 'tag', ts: at(420), epc: 'e7', gtin: 'g1', slotId: 'a', what: 'brought' },
  { type: 'sale', ts: at(300), till: 't', receipt: '1', lines: [{ gtin: 'g2', quantity: 1, net: 2.5 }] },
  { type: 'end', ts: at(600), inside: 1, stock: { a: 7, b: 0 } },
];

async function truths(): Promise<{ truth: Truth; slotTruth: SlotTruth }> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'aisle-')), 'ledger.jsonl');
  writeFileSync(file, LEDGER.map((line) => JSON.stringify(line)).join('\n'));
  return { truth: await readLedger(file), slotTruth: await readSlotTruth(file, START, at(600)) };
}

const row = (slotId: string, seconds: number, over: Partial<SlotRow> = {}): SlotRow => ({
  ...{
    from: iso(seconds),
    slotId,
    gtin: slotId === 'a' ? 'g1' : 'g2',
    zoneId: 'z',
    pickups: 0,
    putbacks: 0,
    returned: 0,
    refilled: 0,
    stock: null,
    coverage: 1,
    coverageOf: { people: null, goods: 1, sales: null },
    versions: [1],
    metricVersion: 1,
  },
  ...over,
});
const SYSTEM = {
  footfall: [{ entranceId: 'main', in: 1, out: 0 }],
  zones: [{ zoneId: 'z', salesNet: 2.5, visits: 1, visitors: 1, dwellSeconds: { total: 20 }, coverage: 1 }],
  products: [{ gtin: 'g2', units: 1, salesNet: 2.5 }],
  shoppers: { salesNet: 2.5, transactions: 1 },
} as unknown as SystemFigures;
const key = (slot: string, minute: number) => `${slot}|${START + minute * MINUTE}`;
const SLOTS: SlotFigures = {
  slots: [row('a', 0, { stock: 7 }), row('b', 0, { stock: 0 })],
  pickups: new Map([
    [key('a', 0), 1],
    [key('b', 2), 3],
  ]),
  putbacks: new Map([[key('a', 4), 1]]),
  alerts: [{ alertId: '1', kind: 'outOfStock', subject: 'b', since: iso(121), until: null }],
};
const OBSERVED: Observed = {
  alerts: [{ type: 'alert', seenTs: at(130), kind: 'outOfStock', subject: 'b', sinceTs: at(121) }],
  tagEvents: { appeared: 8, gone: 1, moved: 0 },
};

async function figure(name: string, over: { system?: object; slots?: Partial<SlotFigures>; observed?: Observed } = {}) {
  const { truth, slotTruth } = await truths();
  const system = { ...SYSTEM, ...over.system };
  const observed = 'observed' in over ? over.observed : OBSERVED;
  const figures = twinFigures(truth, slotTruth, system, { ...SLOTS, ...over.slots }, observed);
  return figures.find((each) => each.key === name) as Figure;
}

describe('the score by figure', () => {
  it.each([
    ['entries', 0],
    ['sales.net', 0],
    ['pickups.f1', 1],
    ['putbacks.f1', 1],
    ['stock.withinOne', 1],
    ['outOfStock.planted', 0],
    ['outOfStock.delay', 10],
    ['outOfStock.false', 0],
    ['rfid.falseEvents', 0],
    ['rfid.falseItems', 0],
    ['visits', 0],
    ['visitors', 0],
    ['dwell', 0],
    ['dwell.worstZone', 0],
    ['coverage.worstZone', 1],
  ])('%s of a system that is right: error %d', async (name, error) => {
    expect((await figure(name)).error).toBe(error);
  });

  it.each<[string, string, Parameters<typeof figure>[1], number | null]>([
    ['entries', 'a person too many', { system: { footfall: [{ entranceId: 'main', in: 2, out: 0 }] } }, 1],
    ['entries', 'not sensed', { system: { footfall: [{ entranceId: 'main', in: null, out: null }] } }, null],
    ['sales.net', 'a cent', { system: { shoppers: { salesNet: 2.51, transactions: 1 } } }, 0.01],
    ['pickups.f1', 'one made up', { slots: { pickups: new Map([...SLOTS.pickups, [key('a', 7), 1]]) } }, 8 / 9],
    ['pickups.recall', 'one slot missed', { slots: { pickups: new Map([[key('b', 2), 3]]) } }, 0.75],
    ['putbacks.f1', 'two minutes late', { slots: { putbacks: new Map([[key('a', 6), 1]]) } }, 0],
    [
      'stock.withinOne',
      'one unit off',
      { slots: { slots: [row('a', 0, { stock: 6 }), row('b', 0, { stock: 0 })] } },
      1,
    ],
    [
      'stock.withinOne',
      'two units off',
      { slots: { slots: [row('a', 0, { stock: 5 }), row('b', 0, { stock: 0 })] } },
      0.5,
    ],
    ['stock.withinOne', 'a slot unknown', { slots: { slots: [row('a', 0, { stock: 6 })] } }, 0.5],
    ['outOfStock.planted', 'no alert', { slots: { alerts: [] } }, 1],
    ['outOfStock.delay', 'never seen in the run', { observed: { alerts: [], tagEvents: undefined } }, null],
    [
      'outOfStock.false',
      'one of a full shelf',
      { slots: { alerts: [{ alertId: '2', kind: 'outOfStock', subject: 'a', since: iso(400), until: iso(420) }] } },
      1,
    ],
    [
      'rfid.falseEvents',
      'one more of each',
      { observed: { ...OBSERVED, tagEvents: { appeared: 11, gone: 5, moved: 0 } } },
      6,
    ],
    ['rfid.falseEvents', 'agent not asked', { observed: { ...OBSERVED, tagEvents: undefined } }, null],
    ['rfid.falseItems', 'two made up', { slots: { pickups: new Map([...SLOTS.pickups, [key('a', 7), 2]]) } }, 12 / 7],
  ])('%s, %s', async (name, _, over, error) => {
    const found = (await figure(name, over)).error;
    if (error === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(error, 9);
  });
});

describe('expectations', () => {
  const figures: Figure[] = [
    { key: 'entries', truth: 5, system: 6, error: 1, wants: 'most', unit: 'people' },
    { key: 'pickups.f1', truth: 9, system: 9, error: 0.96, wants: 'least', unit: 'share', detail: 'a <b> & "c"\u0007' },
    { key: 'outOfStock.delay', truth: null, system: null, error: null, wants: 'most', unit: 'seconds' },
    { key: 'exits', truth: 4, system: 4, error: 0, wants: 'most', unit: 'people' },
  ];

  it.each([
    ['entries: 0', 'entries', false],
    ['entries: 1', 'entries', true],
    ['pickups.f1: 0.95', 'pickups.f1', true],
    ['pickups.f1: 0.97', 'pickups.f1', false],
    ['outOfStock.delay: 60', 'outOfStock.delay', false],
  ])('%s: %s is within its limit: %s', (text, name, ok) => {
    const judged = judge(figures, parseExpectations(text, 'e.yaml'), 'e.yaml');
    expect(judged.find((each) => each.key === name)?.ok).toBe(ok);
    expect(judged.filter((each) => each.ok === null)).toHaveLength(3);
  });

  it.each([
    ['entires: 0', 'e.yaml: entires is no figure of this run; see docs/simulators.md'],
    ['entries: none', 'e.yaml: entries expected a number: the limit of that figure, got "none"'],
    ['- 1', 'e.yaml: expected figures with their limits, got [1]'],
  ])('%s is refused', (text, message) => {
    expect(() => judge(figures, parseExpectations(text, 'e.yaml'), 'e.yaml')).toThrow(message);
  });

  it.each([
    ['entires: 0', 'e.yaml: entires is no figure of this run; see docs/simulators.md'],
    ['entries.main: 0\nexits.side: 0', 'e.yaml: exits.side is no figure of this run; see docs/simulators.md'],
    ['visits: -0.1', 'e.yaml: visits expected a number from 0 on, got -0.1'],
    ['pickups.f1: 95', 'e.yaml: pickups.f1 expected a share from 0 to 1, got 95'],
  ])('%s is refused before the run', (text, message) => {
    const store = { entrances: [{ id: 'main' }] } as StoreFile;
    expect(() => checkLimits(parseExpectations(text, 'e.yaml'), store, 'e.yaml')).toThrow(message);
  });

  it('every figure of a run may have a limit', async () => {
    const { truth, slotTruth } = await truths();
    truth.staffDwellMs.set('z', 1000);
    const keys = twinFigures(truth, slotTruth, SYSTEM, SLOTS, OBSERVED).map((each) => each.key);
    const store = { entrances: [{ id: 'main' }] } as StoreFile;
    expect(() => checkLimits(new Map(keys.map((name) => [name, 1])), store, 'e.yaml')).not.toThrow();
    expect(keys).toEqual(expect.arrayContaining(['visits', 'visitors', 'dwell', 'staff.leak']));
  });

  it('staff’s dwell and visits are apart, and what of it is among shoppers’ is told', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'aisle-')), 'ledger.jsonl');
    const visit = (person: number, from: number, to: number) => ({
      ...{ type: 'visit', zoneId: 'z', person, enterTs: at(from), leaveTs: at(to) },
      ...(person < 0 && { staff: true }),
    });
    const [head, ...rest] = LEDGER;
    const lines = [{ ...head, staffApart: true }, visit(2, 40, 50), visit(2, 60, 70), visit(-1, 0, 400), ...rest];
    writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const truth = await readLedger(file);
    expect(truth.visits.get('z')).toEqual({ visits: 3, visitors: 2, dwellMs: 40_000 });
    const zone = { zoneId: 'z', salesNet: 0, visits: 4, visitors: 3, dwellSeconds: { total: 60 }, coverage: 1 };
    const system = { ...SYSTEM, zones: [zone] } as unknown as SystemFigures;
    const figures = twinFigures(truth, await readSlotTruth(file, START, at(600)), system, SLOTS, OBSERVED);
    const errorOf = (name: string) => figures.find((each) => each.key === name)?.error;
    expect(['visits', 'visitors', 'dwell', 'staff.leak'].map(errorOf)).toEqual([1 / 3, 0.5, 0.5, 0.05]);
  });

  it('a JUnit report has a test case for each figure and stays XML whatever was wrong', () => {
    const limits = parseExpectations('entries: 0\npickups.f1: 0.99', 'e.yaml');
    const judged = judge(figures, limits, 'e.yaml');
    const xml = twinJunit(judged, { name: 'shop "1"', seconds: 600 });
    expect(xml).toContain('<testsuite name="shop &quot;1&quot;" tests="4" failures="2" errors="0" skipped="2"');
    expect(xml).toContain(
      'name="entries" time="0"><failure type="limit" message="6 instead of 5, error 1 people, limit ≤ 0">',
    );
    expect(xml).toContain('a &lt;b&gt; &amp; &quot;c&quot;</failure>');
    expect(xml.match(/<testcase /g)).toHaveLength(4);
    // Every tag that is opened is closed, and no character is left that XML does not allow.
    const open: string[] = [];
    for (const [, closes, name, empty] of xml.matchAll(/<(\/?)([a-z]+)(?:\s+[a-z]+="[^"<]*")*\s*(\/?)>/g))
      if (closes) expect(open.pop()).toBe(name);
      else if (!empty) open.push(name ?? '');
    expect(open).toEqual([]);
    expect(xml).not.toContain('\u0007');
    expect(twinTable(judged)).toContain('MISS  entries');
  });
});
