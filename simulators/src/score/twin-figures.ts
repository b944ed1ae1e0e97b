import { type AlertRow, type SlotRow } from '@aisle/contracts';
import { count, perMinuteKey, type PerMinute, type Truth } from './ledger-file.js';
import { match, type Matched } from './match.js';
import type { Observed } from './observed.js';
import { fewest, type SlotTruth } from './slot-truth.js';
import type { Get, SystemFigures } from './system-figures.js';

/** One figure of a scored run. */
export interface Figure {
  /** as expectations name it */
  readonly key: string;
  readonly truth: number | null;
  readonly system: number | null;
  /** what is held against a limit; null: could not be measured, which meets no limit */
  readonly error: number | null;
  /** whether the error is to be at most the limit, or at least */
  readonly wants: 'most' | 'least';
  readonly unit: string;
  readonly detail?: string;
}

/** What the system says of slots and alerts in the period. */
export interface SlotFigures {
  readonly slots: readonly SlotRow[];
  readonly pickups: PerMinute;
  readonly putbacks: PerMinute;
  readonly alerts: readonly AlertRow[];
}

const DETAILS_SHOWN = 8;
/** Around the time that an alert names, a slot may have been empty for it to be right. */
const AROUND_MS = 60_000;
/** A slot that was empty for less is no out-of-stock that must be told of. */
const LEAST_EMPTY_MS = 60_000;
const HOUR_MS = 3_600_000;

export async function readSlotFigures(get: Get, storeId: string, fromTs: number, toTs: number): Promise<SlotFigures> {
  const period = `from=${new Date(fromTs).toISOString()}&to=${new Date(toTs).toISOString()}`;
  const [slots, minutes, alerts] = await Promise.all([
    get<SlotRow[]>(`/stores/${storeId}/slots/metrics?${period}&bucket=all`),
    get<SlotRow[]>(`/stores/${storeId}/slots/metrics?${period}&bucket=minute`),
    get<AlertRow[]>(`/stores/${storeId}/alerts?${period}`),
  ]);
  const figures: SlotFigures = { slots, pickups: new Map(), putbacks: new Map(), alerts };
  for (const { slotId, from, pickups, putbacks } of minutes) {
    if (pickups) count(figures.pickups, perMinuteKey(slotId, Date.parse(from)), pickups);
    if (putbacks) count(figures.putbacks, perMinuteKey(slotId, Date.parse(from)), putbacks);
  }
  return figures;
}

/** Every figure of a scored run. */
export function twinFigures(
  truth: Truth,
  slotTruth: SlotTruth,
  system: SystemFigures,
  slots: SlotFigures,
  observed: Observed | undefined,
): Figure[] {
  const pickups = match(slotTruth.pickups, slots.pickups);
  const putbacks = match(slotTruth.putbacks, slots.putbacks);
  const hours = (truth.toTs - truth.fromTs) / HOUR_MS;
  return [
    ...entrances(truth, system),
    ...money(truth, system),
    ...items('pickups', pickups),
    ...items('putbacks', putbacks),
    stock(slotTruth, slots),
    ...outOfStock(slotTruth, slots, observed, truth),
    ...tags(slotTruth, [pickups, putbacks], observed, hours),
    ...zones(truth, system),
  ];
}

const cents = (value: number): number => Math.round(value * 1000) / 1000;
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const listed = (details: readonly string[]): { detail?: string } =>
  details.length === 0
    ? {}
    : {
        detail: `${details.slice(0, DETAILS_SHOWN).join('; ')}${details.length > DETAILS_SHOWN ? `; and ${details.length - DETAILS_SHOWN} more` : ''}`,
      };

function exact(
  key: string,
  truth: number,
  system: number | null,
  unit: string,
  detail: readonly string[] = [],
): Figure {
  const error = system === null ? null : Math.abs(cents(system - truth));
  return {
    key,
    truth: cents(truth),
    system: system === null ? null : cents(system),
    error,
    wants: 'most',
    unit,
    ...listed(detail),
  };
}

function entrances(truth: Truth, system: SystemFigures): Figure[] {
  const told = (key: 'in' | 'out', id?: string): number | null => {
    const own = system.footfall.filter(({ entranceId }) => id === undefined || entranceId === id);
    return own.some((row) => row[key] === null) ? null : sum(own.map((row) => row[key] ?? 0));
  };
  const all = [...truth.entrances.values()];
  return [
    exact('entries', sum(all.map((own) => own.in)), told('in'), 'people'),
    exact('exits', sum(all.map((own) => own.out)), told('out'), 'people'),
    ...[...truth.entrances].flatMap(([id, own]) => [
      exact(`entries.${id}`, own.in, told('in', id), 'people'),
      exact(`exits.${id}`, own.out, told('out', id), 'people'),
    ]),
  ];
}

function money(truth: Truth, system: SystemFigures): Figure[] {
  const wrong: string[] = [];
  let [unitsOff, netOff] = [0, 0];
  for (const gtin of new Set([...truth.salesByProduct.keys(), ...system.products.map((row) => row.gtin)])) {
    const right = truth.salesByProduct.get(gtin) ?? { units: 0, net: 0 };
    const found = system.products.find((row) => row.gtin === gtin);
    const [units, net] = [cents((found?.units ?? 0) - right.units), cents((found?.salesNet ?? 0) - right.net)];
    unitsOff += Math.abs(units);
    netOff += Math.abs(net);
    if (units !== 0 || net !== 0) wrong.push(`${gtin} ${units} units, ${net}`);
  }
  return [
    exact('sales.net', truth.salesNet, system.shoppers.salesNet, 'money'),
    exact('sales.zones', truth.salesNet, sum(system.zones.map((row) => row.salesNet ?? Number.NaN)), 'money'),
    exact('sales.transactions', truth.transactions, system.shoppers.transactions, 'receipts'),
    exact('sales.unitsOff', 0, unitsOff, 'units', wrong),
    exact('sales.netOff', 0, netOff, 'money', wrong),
  ];
}

function items(kind: 'pickups' | 'putbacks', { matched, expected, found, f1, off }: Matched): Figure[] {
  const share = (of: number) => (of === 0 ? 1 : matched / of);
  const detail = listed(off.map(({ key, items: wrong }) => `${key} ${wrong > 0 ? '+' : ''}${wrong}`));
  const figure = (name: string, value: number): Figure => ({
    ...{
      key: `${kind}.${name}`,
      truth: expected,
      system: found,
      error: value,
      wants: 'least',
      unit: 'share',
      ...detail,
    },
  });
  return [figure('f1', f1), figure('precision', share(found)), figure('recall', share(expected))];
}

function stock(truth: SlotTruth, { slots }: SlotFigures): Figure {
  const wrong: string[] = [];
  for (const [slotId, units] of truth.stock) {
    const rows = slots.filter((row) => row.slotId === slotId && row.stock !== null);
    const told = rows.length === 0 ? null : sum(rows.map((row) => row.stock ?? 0));
    if (told === null || Math.abs(told - units) > 1) wrong.push(`${slotId} ${told ?? 'unknown'} instead of ${units}`);
  }
  const right = truth.stock.size - wrong.length;
  const error = truth.stock.size === 0 ? 1 : right / truth.stock.size;
  return {
    key: 'stock.withinOne',
    truth: truth.stock.size,
    system: right,
    error,
    wants: 'least',
    unit: 'share',
    ...listed(wrong),
  };
}

function outOfStock(
  truth: SlotTruth,
  { alerts }: SlotFigures,
  observed: Observed | undefined,
  { fromTs, toTs }: Truth,
): Figure[] {
  const told = alerts.filter(({ kind }) => kind === 'outOfStock');
  const near = (slotId: string, from: number, to: number) =>
    told.find(({ subject, since, until }) => {
      const ended = until === null ? Infinity : Date.parse(until);
      return subject === slotId && Date.parse(since) <= to && ended >= from;
    });
  const planted = truth.empty.filter(
    ({ slotId, fromTs: at }) =>
      at < toTs && truth.planted.some((plan) => plan.slotId === slotId && at >= plan.fromTs && at < plan.toTs),
  );
  const [missed, late]: [string[], string[]] = [[], []];
  let slowest = 0;
  for (const { slotId, fromTs: at, toTs: end } of planted) {
    const seen = observed?.alerts.find(
      (alert) => alert.kind === 'outOfStock' && alert.subject === slotId && alert.seenTs >= at && alert.sinceTs <= end,
    );
    if (!near(slotId, at - AROUND_MS, Math.min(end, at + AROUND_MS))) missed.push(slotId);
    else if (seen) slowest = Math.max(slowest, (seen.seenTs - at) / 1000);
    else if (observed) late.push(slotId);
  }
  const lasting = truth.empty.filter(
    ({ fromTs: at, toTs: end }) => at >= fromTs && Math.min(end, toTs) - at >= LEAST_EMPTY_MS,
  );
  const unseen = lasting.filter(({ slotId, fromTs: at, toTs: end }) => !near(slotId, at - AROUND_MS, end));
  const wrong = told.filter(({ subject, since, until }) => {
    const at = Date.parse(since);
    if (at >= toTs) return false;
    const end = until === null ? at : Math.min(Date.parse(until), at);
    return fewest(truth, subject, at - AROUND_MS, Math.max(end, at) + AROUND_MS) > 1;
  });
  const never = observed === undefined || late.length > 0;
  return [
    {
      ...{ key: 'outOfStock.planted', truth: planted.length, system: planted.length - missed.length },
      ...{ error: missed.length, wants: 'most', unit: 'missed', ...listed(missed) },
    },
    {
      ...{ key: 'outOfStock.delay', truth: null, system: null, error: never ? null : cents(slowest) },
      ...{ wants: 'most', unit: 'seconds', ...listed(late.map((slotId) => `${slotId} was not seen in the run`)) },
    },
    {
      ...{ key: 'outOfStock.lasting', truth: lasting.length, system: lasting.length - unseen.length },
      ...{ error: unseen.length, wants: 'most', unit: 'missed' },
      ...listed(unseen.map(({ slotId, fromTs: at }) => `${slotId} ${new Date(at).toISOString()}`)),
    },
    {
      ...{
        key: 'outOfStock.false',
        truth: 0,
        system: wrong.length,
        error: wrong.length,
        wants: 'most',
        unit: 'alerts',
      },
      ...listed(wrong.map(({ subject, since }) => `${subject} ${since}`)),
    },
  ];
}

/**
 * Tags appear and go when they are brought and taken; on its way out each may be heard once at a till and once in a door. What the agent
 * counted beyond that, and items of tagged goods that it made up.
 */
function tags(truth: SlotTruth, kinds: readonly Matched[], observed: Observed | undefined, hours: number): Figure[] {
  if (truth.tags === 0) return [];
  const moves = (what: string) => truth.tagMoves.get(what) ?? 0;
  const outside = 2 * moves('left');
  const appeared = truth.tags - moves('brought') + moves('placed') + moves('brought') + outside;
  const gone = moves('taken') + moves('cleared') + outside;
  const found = observed?.tagEvents;
  const beyond = (event: string, most: number) => Math.max(0, (found?.[event] ?? 0) - most);
  // A tag that moved has both gone from one place and appeared at another.
  const events = found ? beyond('appeared', appeared) + beyond('gone', gone) + beyond('moved', moves('placed')) : null;
  const madeUp = kinds
    .flatMap(({ off }) => off)
    .filter(({ key, items: wrong }) => wrong > 0 && truth.taggedSlots.has(key.split(' ')[0] ?? ''))
    .reduce((total, { items: wrong }) => total + wrong, 0);
  const rate = (wrong: number) => wrong / truth.tags / hours;
  const told = found
    ? [
        `${Object.entries(found)
          .map(([event, times]) => `${event} ${times}`)
          .join(', ')}; truly at most appeared ${appeared}, gone ${gone}`,
      ]
    : [];
  return [
    {
      ...{ key: 'rfid.falseEvents', truth: appeared + gone, system: found ? sum(Object.values(found)) : null },
      ...{ error: events === null ? null : rate(events), wants: 'most', unit: 'per tag and hour', ...listed(told) },
    },
    {
      ...{ key: 'rfid.falseItems', truth: 0, system: madeUp, error: rate(madeUp) },
      ...{ wants: 'most', unit: 'per tag and hour' },
    },
  ];
}

/**
 * How much of what staff dwelt in the zones may be among shoppers' figures: what zones have too much, as a share of it. Only where the
 * store names its staff, and the world has some.
 */
function staffLeak(truth: Truth, told: (zoneId: string) => number | null | undefined): Figure[] {
  const staff = sum(truth.staffDwellMs.values()) / 1000;
  if (staff === 0) return [];
  const excess = [...truth.visits].map(([id, { dwellMs }]) => {
    const found = told(id);
    return found === null || found === undefined ? Number.NaN : Math.max(0, found - dwellMs / 1000);
  });
  const leak = sum(excess);
  return [
    {
      ...{ key: 'staff.leak', truth: cents(staff), system: Number.isNaN(leak) ? null : cents(leak) },
      ...{ error: Number.isNaN(leak) ? null : leak / staff, wants: 'most', unit: 'share' },
    },
  ];
}

function zones(truth: Truth, system: SystemFigures): Figure[] {
  const worst = (key: string, of: (zoneId: string) => { truth: number; system: number | null }): Figure => {
    let figure: Figure = { key, truth: null, system: null, error: 0, wants: 'most', unit: 'share' };
    for (const zoneId of truth.visits.keys()) {
      const { truth: right, system: told } = of(zoneId);
      const error = told === null ? Infinity : right === 0 ? (told === 0 ? 0 : 1) : Math.abs(told - right) / right;
      if (error >= (figure.error ?? Infinity))
        figure = { ...figure, truth: right, system: told, error, detail: zoneId };
    }
    return figure.error === Infinity ? { ...figure, error: null } : figure;
  };
  const row = (zoneId: string) => system.zones.find((candidate) => candidate.zoneId === zoneId);
  const covered = system.zones.filter(({ zoneId }) => truth.visits.has(zoneId));
  const least = covered.reduce((lowest, { coverage }) => Math.min(lowest, coverage), 1);
  const total = (key: string, right: number, told: readonly (number | null | undefined)[]): Figure => {
    const found = told.some((value) => value === null || value === undefined)
      ? null
      : sum(told.map((value) => value ?? 0));
    const error = found === null ? null : right === 0 ? (found === 0 ? 0 : 1) : Math.abs(found - right) / right;
    return {
      key,
      truth: cents(right),
      system: found === null ? null : cents(found),
      error,
      wants: 'most',
      unit: 'share',
    };
  };
  const right = [...truth.visits.values()];
  const ids = [...truth.visits.keys()];
  return [
    total(
      'visits',
      sum(right.map(({ visits }) => visits)),
      ids.map((id) => row(id)?.visits),
    ),
    total(
      'visitors',
      sum(right.map(({ visitors }) => visitors)),
      ids.map((id) => row(id)?.visitors),
    ),
    total(
      'dwell',
      sum(right.map(({ dwellMs }) => dwellMs)) / 1000,
      ids.map((id) => row(id)?.dwellSeconds.total),
    ),
    ...staffLeak(truth, (id) => row(id)?.dwellSeconds.total),
    worst('visits.worstZone', (zoneId) => ({
      truth: truth.visits.get(zoneId)?.visits ?? 0,
      system: row(zoneId)?.visits ?? null,
    })),
    worst('dwell.worstZone', (zoneId) => ({
      truth: (truth.visits.get(zoneId)?.dwellMs ?? 0) / 1000,
      system: row(zoneId)?.dwellSeconds.total ?? null,
    })),
    {
      ...{ key: 'coverage.worstZone', truth: 1, system: covered.length === 0 ? null : least },
      ...{ error: covered.length === 0 ? null : least, wants: 'least', unit: 'share' },
      ...listed(covered.filter(({ coverage }) => coverage === least).map(({ zoneId }) => zoneId)),
    },
  ];
}
