import type { Device, StoreFile } from '@aisle/contracts';
import { csvExample } from './csv-example.js';

/** What templates are filled with besides the account: texts by name, and lists whose items have texts by name. */
export interface OwnValues {
  values: Readonly<Record<string, string>>;
  lists: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
}
type Item = Readonly<Record<string, string>>;

/** Pins of an ESP32 board in pairs (data, clock); beyond them the installer says which. */
const PINS: readonly (readonly [string, string])[] = [
  ['GPIO32', 'GPIO33'],
  ['GPIO25', 'GPIO26'],
  ['GPIO27', 'GPIO14'],
  ['GPIO18', 'GPIO19'],
  ['GPIO16', 'GPIO17'],
  ['GPIO21', 'GPIO22'],
  ['GPIO4', 'GPIO13'],
  ['GPIO23', 'GPIO5'],
];
/** A reference weight, a change worth telling, and decimals, by unit. */
const UNITS: Readonly<Record<string, Item>> = {
  g: { reference: '5000', delta: '20.0', decimals: '1' },
  kg: { reference: '5', delta: '0.02', decimals: '3' },
  lb: { reference: '11.0231', delta: '0.044', decimals: '3' },
};
/** Weights of an advertised example, in steps of 10 g. */
const EXAMPLE_STEPS = [824, 310, 512, 96];

/** From a device's own entry, and the shop that it stands in: nothing of another shop's. */
export function ownValues(device: Device, file: StoreFile): OwnValues {
  const slots = slotsOf(device, file);
  const zones = zonesOf(device, file);
  const antennas = device.antennas?.map(({ antenna }) => antenna) ?? [1];
  const product = productOf(device, file);
  const price = product?.price ?? 1;
  const [x, y] = middleOf(zones[0]?.polygon) ?? [file.floor.width / 2, file.floor.depth / 2];
  const { currency, timezone } = file.store;
  // Two units.
  const amount = amountIn(2 * price, currency);
  const gtin = product?.gtin ?? 'PRODUCT-CODE';
  return {
    values: {
      ...{ timezone, currency, gtin, amount },
      camera: device.nvrCamera ?? device.id,
      ...{ width: String(device.calibration?.resolution[0] ?? 1280) },
      ...{ height: String(device.calibration?.resolution[1] ?? 720) },
      ...{ x: String(Number(x.toFixed(2))), y: String(Number(y.toFixed(2))) },
      antenna: String(antennas[0] ?? 1),
      epc: sgtin96(product?.gtin ?? '') ?? '3034257BF7194E4000001A85',
      ...advertised(slots.length),
      ...csvExample(device.csv, { deviceId: device.id, gtin, amount }),
    },
    lists: {
      sensors: sensorsOf(device, slots),
      slots: slots.map(({ id, gtin: code }) => ({ slot: id, grams: String(gramsOf(file, code)) })),
      zones: zones.map(({ id }) => ({ zone: id })),
      zoned: zones.length > 0 ? [{}] : [],
      entrances: entrancesOf(device, file),
      antennas: separated(antennas.map((antenna) => ({ antenna: String(antenna) }))),
      ...rulesOf(device),
    },
  };
}

type Slot = NonNullable<NonNullable<StoreFile['fixtures']>[number]['slots']>[number];

/** The slots that it weighs, in order: as its sensors say, else all of its fixture. */
function slotsOf(device: Device, file: StoreFile): Slot[] {
  const all = (file.fixtures ?? []).flatMap(({ slots = [] }) => slots);
  if (device.sensors) return device.sensors.flatMap(({ slot }) => all.find(({ id }) => id === slot) ?? []);
  return file.fixtures?.find(({ id }) => id === device.fixture)?.slots ?? [];
}

function sensorsOf(device: Device, slots: readonly Slot[]): Item[] {
  return slots.map(({ id }, index) => {
    const entry = device.sensors?.find(({ slot }) => slot === id);
    const unit = entry?.unit ?? 'g';
    const [dout, clk] = PINS[index] ?? [`DATA-PIN-${index + 1}`, `CLOCK-PIN-${index + 1}`];
    return { sensor: entry?.sensor ?? id, slot: id, dout, clk, unit, ...(UNITS[unit] as Item) };
  });
}

function zonesOf({ covers, zone }: Device, file: StoreFile): NonNullable<StoreFile['zones']> {
  const zones = file.zones ?? [];
  if (covers) return zones.filter(({ id }) => covers.includes(id));
  return zone === undefined ? zones.filter(({ kind }) => kind !== 'screen') : zones.filter(({ id }) => id === zone);
}

/** The one that it sees, else the shop's first. */
function entrancesOf({ covers }: Device, { entrances = [] }: StoreFile): Item[] {
  const own = entrances.find(({ id }) => covers?.includes(id)) ?? entrances[0];
  return own ? [{ entrance: own.id }] : [];
}

/** Rules of each kind, as the camera is to know them. */
function rulesOf({ rules = [] }: Device): OwnValues['lists'] {
  const of = (wanted: string): Item[] =>
    rules
      .filter(({ kind }) => kind === wanted)
      .map(({ rule, direction, resetAt }) => ({
        rule,
        direction: direction === 'out' ? 'Right' : 'Left',
        resetAt: `${resetAt ?? '00:00'}:00`,
      }));
  return {
    lineRules: of('line'),
    counterRules: of('counter'),
    occupancyRules: of('occupancy'),
    fieldRules: of('field'),
    loiteringRules: of('loitering'),
  };
}

/** One that stands where the device looks, else one with a price. */
function productOf(device: Device, file: StoreFile) {
  const products = file.products ?? [];
  const here = new Set(slotsOf(device, file).map(({ gtin }) => gtin));
  return (
    products.find(({ gtin }) => here.has(gtin)) ?? products.find(({ price }) => price !== undefined) ?? products[0]
  );
}

/** A load that makes sense there: six units, else 2 kg. */
function gramsOf(file: StoreFile, code: string | undefined): number {
  const unitGrams = file.products?.find(({ gtin }) => gtin === code)?.unitGrams;
  return unitGrams === undefined ? 2000 : Math.round(unitGrams * 6);
}

function middleOf(
  polygon: readonly (readonly [number, number] | number[])[] | undefined,
): [number, number] | undefined {
  if (!polygon || polygon.length === 0) return undefined;
  const mean = (at: 0 | 1) => polygon.reduce((sum, point) => sum + (point[at] ?? 0), 0) / polygon.length;
  return [mean(0), mean(1)];
}

const separated = (items: Item[]): Item[] =>
  items.map((item, index) => ({ ...item, comma: index < items.length - 1 ? ',' : '' }));

function amountIn(price: number, currency: string): string {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  return price.toFixed(digits);
}

/**
 * A tag of a product as SGTIN-96 in hex, with serial 1: header, filter, partition 5 (a company of seven digits), company, item. Undefined
 * for what is no GTIN. Source: GS1 EPC Tag Data Standard, SGTIN-96.
 */
export function sgtin96(code: string): string | undefined {
  if (!/^\d{8}(?:\d{4,6})?$/.test(code)) return undefined;
  const gtin = code.padStart(14, '0');
  const bin = (digits: string | number, width: number): string => BigInt(digits).toString(2).padStart(width, '0');
  const bits =
    bin(0x30, 8) +
    bin(1, 3) +
    bin(5, 3) +
    bin(gtin.slice(1, 8), 24) +
    bin(gtin[0] + gtin.slice(8, 13), 20) +
    bin(1, 38);
  return BigInt(`0b1${bits}`).toString(16).slice(1).toUpperCase();
}

/** A message of so many weights, as a shelf advertises it: BTHome v2, object 06 for each. */
function advertised(count: number): Item {
  const steps = Array.from(
    { length: Math.max(1, count) },
    (_, at) => EXAMPLE_STEPS[at % EXAMPLE_STEPS.length] as number,
  );
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  return {
    example: `40 00 2a ${steps.map((step) => `06 ${hex(step % 256)} ${hex(step >> 8)}`).join(' ')}`,
    exampleWords: steps.map((step, at) => `slot ${at + 1} ${(step / 100).toFixed(2)} kg`).join(', '),
  };
}
