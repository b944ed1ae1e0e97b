/** Changes of a store file that concern nobody who is in the shop, and what an engine has found, whatever versions there were. */
import type { DomainEvent, Fact, StoreFile } from '@aisle/contracts';
import { Bench, configured, START } from './shop.js';

type Edit = (file: StoreFile) => StoreFile;

/** Nothing that people, goods and coverage rest on: all figures must go on as if nothing had been changed. */
export const NEUTRAL: [what: string, edit: Edit][] = [
  ['nothing but its number', (file) => file],
  ['the name of the shop', (file) => ({ ...file, store: { ...file.store, name: 'Other' } })],
  ['a price', (file) => ({ ...file, products: (file.products ?? []).map((one) => ({ ...one, price: 99 })) })],
  [
    'a name of a device',
    (file) => ({ ...file, devices: (file.devices ?? []).map((one) => ({ ...one, name: 'New' })) }),
  ],
  ['a new till', (file) => ({ ...file, devices: [...(file.devices ?? []), { id: 'till-x', family: 'till', dialect: 'aisle' }] })], // prettier-ignore
  ['a new screen', (file) => ({ ...file, devices: [{ id: 'screen-x', family: 'screen', dialect: 'aisle' }, ...(file.devices ?? [])] })], // prettier-ignore
  ['a new product', (file) => ({ ...file, products: [{ gtin: 'new', price: 1 }, ...(file.products ?? [])] })],
  ['all thresholds', (file) => ({ ...file, zones: (file.zones ?? []).map((zone) => ({ ...zone, engagedAfterSeconds: 30 })) })], // prettier-ignore
  ['the order of the zones', (file) => ({ ...file, zones: [...(file.zones ?? [])].reverse() })],
  ['opening hours and content', (file) => ({ ...file, settings: { minimumCoverage: 0.4 }, content: [] })],
];

/** These change what sales are split by, or what coverage rests on, and leave people alone. */
export const NEUTRAL_FOR_PEOPLE: [what: string, edit: Edit][] = [
  ...NEUTRAL,
  ['a facing', (file) => withSlots(file, (slot) => ({ ...slot, facings: 7 }))],
  ['a capacity', (file) => withSlots(file, (slot) => ({ ...slot, capacity: 40 }))],
  ['a new camera', (file) => ({ ...file, devices: [{ id: 'cam-new', family: 'camera', dialect: 'aisle', covers: ['bread'] }, ...(file.devices ?? [])] })], // prettier-ignore
  ['a zone beside the others', (file) => ({ ...file, zones: [{ id: 'corner', kind: 'other', polygon: [[11, 7], [12, 7], [12, 8], [11, 8]] }, ...(file.zones ?? [])] })], // prettier-ignore
];

/** What is elsewhere in the shop, or is no matter of who stands by the milk. */
export const ELSEWHERE: [what: string, edit: Edit][] = [
  ['the currency', (file) => ({ ...file, store: { ...file.store, currency: 'JPY' } })],
  ['the time zone', (file) => ({ ...file, store: { ...file.store, timezone: 'America/New_York' } })],
  ['opening hours', (file) => ({ ...file, hours: [{ days: ['sun'], open: '03:00', close: '04:00' }] })],
  ['an RFID reader', (file) => ({ ...file, devices: [{ id: 'r-new', family: 'rfid', dialect: 'aisle', antennas: [{ antenna: 1, slots: ['s1'] }] }, ...(file.devices ?? [])] })], // prettier-ignore
  ['another shelf', (file) => ({ ...file, devices: (file.devices ?? []).filter(({ family }) => family !== 'shelf') })],
  ['a screen', (file) => ({ ...file, devices: (file.devices ?? []).map((one) => (one.family === 'screen' ? { ...one, zone: 'dairy', minPlaySeconds: 60 } : one)) })], // prettier-ignore
  ['a fixture’s name and place', (file) => ({ ...file, fixtures: (file.fixtures ?? []).map((one, n) => ({ ...one, name: `F${n}`, at: [n, 7], size: [1, 0.5] })) })], // prettier-ignore
  ['no fixtures', (file) => ({ ...file, fixtures: [], devices: (file.devices ?? []).map(({ fixture: _, ...one }) => one) })], // prettier-ignore
  ['the kind and the category of all zones', (file) => ({ ...file, zones: (file.zones ?? []).map((zone) => ({ ...zone, kind: 'screen', category: 'new' })) })], // prettier-ignore
  ['another zone’s outline', (file) => ({ ...file, zones: (file.zones ?? []).map((zone) => (zone.id === 'bread' ? { ...zone, polygon: [[8, 5], [9, 5], [9, 7], [8, 7]] } : zone)) })], // prettier-ignore
  ['another zone is gone', (file) => ({ ...file, zones: (file.zones ?? []).filter(({ id }) => id !== 'bread'), fixtures: (file.fixtures ?? []).filter(({ zone }) => zone !== 'bread') })], // prettier-ignore
  ['the entrance', (file) => ({ ...file, entrances: [{ id: 'main', line: [[0, 8], [3, 8]], inward: [0, -1] }, { id: 'back', line: [[9, 0], [11, 0]], inward: [0, 1] }] })], // prettier-ignore
  ['who counts at the entrance', (file) => ({ ...file, entrances: (file.entrances ?? []).map((one) => ({ ...one, source: 'counter' })) })], // prettier-ignore
  ['no passers-by', (file) => ({ ...file, passersBy: [] })],
  ['a rule for staff', (file) => ({ ...file, staff: { afterMinutes: 60 } })],
  ['a staff room', (file) => ({ ...file, staff: { zones: ['bread'] } })],
  ['another camera is gone', (file) => ({ ...file, devices: (file.devices ?? []).filter(({ id }) => id !== 'cam-2') })],
  ['another camera’s dialect', (file) => ({ ...file, devices: (file.devices ?? []).map((one) => (one.id === 'cam-2' ? { ...one, dialect: 'frigate' } : one)) })], // prettier-ignore
  ['names of categories', (file) => ({ ...file, categories: [{ id: 'dairy', name: 'D' }] })],
];

type Slots = NonNullable<NonNullable<StoreFile['fixtures']>[number]['slots']>;
const withSlots = (file: StoreFile, edit: (slot: Slots[number]) => Slots[number]): StoreFile => ({
  ...file,
  fixtures: (file.fixtures ?? []).map((fixture) => ({ ...fixture, slots: (fixture.slots ?? []).map(edit) })),
});

/** The stream once as it is, and once with a change before the event at `index`. */
export function undisturbed(
  file: StoreFile,
  stream: readonly DomainEvent[],
  index: number,
  edit: Edit,
): [without: Bench, withIt: Bench] {
  const at = stream[index] as DomainEvent;
  const change = configured(edit(file), 2, at.ts);
  return [
    Bench.guarded(file).all(stream),
    Bench.guarded(file).all(stream.slice(0, index)).all([change]).all(stream.slice(index)),
  ];
}

/** What all versions of a minute say together, and records as they are. Without coverage where that rests on something else. */
export function together(bench: Bench, kinds?: readonly Fact['kind'][]): Record<string, unknown> {
  const said = new Map<string, Fact[]>();
  bench.take();
  for (const fact of bench.facts.values()) {
    if (fact.kind === 'inForce' || (kinds && !kinds.includes(fact.kind))) continue;
    const key = `${fact.kind}|${fact.ts - START}|${fact.subject}`;
    said.set(
      key,
      [...(said.get(key) ?? []), fact].sort((a, b) => a.configVersion - b.configVersion),
    );
  }
  const sums = [...said].map(([key, facts]): [string, unknown] => [key, sumOf(facts)]);
  return Object.fromEntries(sums.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sumOf(facts: Fact[]): unknown {
  const [first] = facts as [Fact];
  const add = (values: readonly Record<string, unknown>[], names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, values.reduce((sum, value) => sum + Number(value[name] ?? 0), 0)]));
  const count = (lists: [number, number][][]): [number, number][] => {
    const all = new Map<number, number>();
    for (const [key, value] of lists.flat()) all.set(key, (all.get(key) ?? 0) + value);
    return [...all].filter(([, value]) => value !== 0).sort((a, b) => a[0] - b[0]);
  };
  const values = facts.map(({ value }) => value as Record<string, unknown>);
  switch (first.kind) {
    case 'zone':
      return {
        ...add(values, ['visits', 'visitors', 'dwellMs', 'overlapMs']),
        maxOpen: Math.max(...values.map(({ maxOpen }) => Number(maxOpen))),
        histogram: count(values.map(({ histogram }) => histogram as [number, number][])),
        interest: add(
          values.map(({ interest }) => (interest ?? {}) as Record<string, unknown>),
          ['ppmMs', 'ms'],
        ),
      };
    case 'heat':
      return count(values.map(({ cells }) => cells as [number, number][]));
    case 'crossings':
      return { ...add(values, ['in', 'out']), source: values[0]?.source };
    case 'coverage':
      return add(values, ['sensedMs']);
    case 'slot':
      return { ...add(values, ['pickups', 'putbacks']), stock: values.at(-1)?.stock };
    default:
      return values;
  }
}
