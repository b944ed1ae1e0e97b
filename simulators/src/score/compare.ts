import type { PerMinute, Truth } from './ledger-file.js';
import { match } from './match.js';
import type { SystemFigures } from './system-figures.js';

/** One line of the score: what the system says, what is true, and whether the difference is within its target. */
export interface ScoreRow {
  readonly name: string;
  readonly system: number | null;
  readonly truth: number;
  /** a share, an amount or 1 − F1, see `target` */
  readonly error: number;
  readonly target: string;
  readonly ok: boolean;
  /** what was wrong in detail, at most a few entries */
  readonly detail?: string;
}

const ENTRIES_WITH_NOISE = 0.01;
const DWELL_WITH_NOISE = 0.03;
const DWELL_WITHOUT = 0.005;
const F1_TARGET = 0.97;
const STOCK_TARGET = 0.03;
const DETAILS_SHOWN = 6;

const share = (system: number, truth: number): number =>
  truth === 0 ? (system === 0 ? 0 : Infinity) : Math.abs(system - truth) / Math.abs(truth);
const cents = (value: number): number => Math.round(value * 1000) / 1000;

/** Holds the system's figures against the truth of the same minutes. */
export function compare(truth: Truth, system: SystemFigures): ScoreRow[] {
  return [
    ...entranceRows(truth, system),
    ...zoneRows(truth, system),
    ...salesRows(truth, system),
    ...itemRows('pickups', truth, system),
    ...itemRows('putbacks', truth, system),
    stockRow(truth, system),
  ];
}

function entranceRows(truth: Truth, system: SystemFigures): ScoreRow[] {
  const within = truth.noise ? ENTRIES_WITH_NOISE : 0;
  const row = (name: string, found: number | null, expected: number): ScoreRow => {
    const error = found === null ? Infinity : share(found, expected);
    const ok = found !== null && error <= within;
    return { name, system: found, truth: expected, error, target: truth.noise ? '≤ 1 %' : 'equal', ok };
  };
  const rows: ScoreRow[] = [];
  const sum = (key: 'in' | 'out', id?: string): number | null => {
    const own = system.footfall.filter((entry) => id === undefined || entry.entranceId === id);
    return own.some((entry) => entry[key] === null) ? null : own.reduce((total, entry) => total + (entry[key] ?? 0), 0);
  };
  const all = [...truth.entrances.values()].reduce(
    (total, own) => ({ in: total.in + own.in, out: total.out + own.out }),
    { in: 0, out: 0 },
  );
  rows.push(row('entries', sum('in'), all.in), row('exits', sum('out'), all.out));
  for (const [id, expected] of truth.entrances) {
    rows.push(row(`entries, ${id}`, sum('in', id), expected.in), row(`exits, ${id}`, sum('out', id), expected.out));
  }
  return rows;
}

function zoneRows(truth: Truth, system: SystemFigures): ScoreRow[] {
  const within = truth.noise ? DWELL_WITH_NOISE : DWELL_WITHOUT;
  return [...truth.visits].flatMap(([id, expected]) => {
    const found = system.zones.find((row) => row.zoneId === id);
    const dwell = found?.dwellSeconds.total ?? null;
    const dwellError = dwell === null ? Infinity : share(dwell, expected.dwellMs / 1000);
    const visits = found?.visits ?? null;
    const visitError = visits === null ? Infinity : share(visits, expected.visits);
    return [
      {
        name: `dwell seconds, ${id}`,
        system: dwell,
        truth: expected.dwellMs / 1000,
        error: dwellError,
        target: `≤ ${within * 100} %`,
        ok: dwellError <= within,
      },
      // With noise a visit may fall apart where ids break, or graze an edge: told, not judged.
      {
        name: `visits, ${id}`,
        system: visits,
        truth: expected.visits,
        error: visitError,
        target: truth.noise ? 'told' : 'equal',
        ok: truth.noise || visitError === 0,
      },
    ];
  });
}

function salesRows(truth: Truth, system: SystemFigures): ScoreRow[] {
  const equal = (name: string, found: number, expected: number, detail?: string): ScoreRow => {
    const error = Math.abs(cents(found - expected));
    return {
      name,
      system: cents(found),
      truth: cents(expected),
      error,
      target: 'equal',
      ok: error === 0,
      ...(detail && { detail }),
    };
  };
  const sum = <T>(rows: readonly T[], of: (row: T) => number) => rows.reduce((total, row) => total + of(row), 0);
  const wrong: string[] = [];
  let [unitsOff, netOff] = [0, 0];
  for (const gtin of new Set([...truth.salesByProduct.keys(), ...system.products.map((row) => row.gtin)])) {
    const expected = truth.salesByProduct.get(gtin) ?? { units: 0, net: 0 };
    const found = system.products.find((row) => row.gtin === gtin);
    const [units, net] = [cents((found?.units ?? 0) - expected.units), cents((found?.salesNet ?? 0) - expected.net)];
    unitsOff += Math.abs(units);
    netOff += Math.abs(net);
    if (units !== 0 || net !== 0) wrong.push(`${gtin} ${units} units, ${net}`);
  }
  const detail = wrong.slice(0, DETAILS_SHOWN).join('; ');
  return [
    equal('net sales', system.shoppers.salesNet ?? Number.NaN, truth.salesNet),
    equal(
      'net sales, zones and unplaced',
      sum(system.zones, (row) => row.salesNet ?? Number.NaN),
      truth.salesNet,
    ),
    equal(
      'net sales, products',
      sum(system.products, (row) => row.salesNet ?? Number.NaN),
      truth.salesNet,
    ),
    equal('transactions', system.shoppers.transactions ?? Number.NaN, truth.transactions),
    equal('units off, all products', unitsOff, 0, detail),
    equal('net off, all products', netOff, 0, detail),
  ];
}

function itemRows(kind: 'pickups' | 'putbacks', truth: Truth, system: SystemFigures): ScoreRow[] {
  const row = (name: string, expected: PerMinute, found: PerMinute): ScoreRow => {
    const result = match(expected, found);
    const detail = result.off.slice(0, DETAILS_SHOWN).map(({ key, items }) => `${key} ${items > 0 ? '+' : ''}${items}`);
    return {
      name,
      system: result.found,
      truth: result.expected,
      error: 1 - result.f1,
      target: `F1 ≥ ${F1_TARGET}`,
      ok: result.f1 >= F1_TARGET,
      ...(detail.length > 0 && { detail: detail.join('; ') }),
    };
  };
  return [
    row(`${kind}, by product and minute`, truth[kind].byProduct, system[kind].byProduct),
    row(`${kind}, by zone and minute`, truth[kind].byZone, system[kind].byZone),
  ];
}

function stockRow(truth: Truth, system: SystemFigures): ScoreRow {
  const wrong: string[] = [];
  let exact = 0;
  for (const [gtin, units] of truth.stock) {
    const stock = system.products.find((row) => row.gtin === gtin)?.stock ?? null;
    if (stock === units) exact += 1;
    else wrong.push(`${gtin} ${stock} instead of ${units}`);
  }
  const error = truth.stock.size === 0 ? 0 : 1 - exact / truth.stock.size;
  return {
    name: 'products with the right stock',
    system: exact,
    truth: truth.stock.size,
    error,
    target: `≤ ${STOCK_TARGET * 100} %`,
    ok: error <= STOCK_TARGET,
    ...(wrong.length > 0 && { detail: wrong.slice(0, DETAILS_SHOWN).join('; ') }),
  };
}
