import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { faultWords, parseStoreFile, type Device, type StoreFile } from '@aisle/contracts';
import { parse, stringify, type Tags } from 'yaml';
import { DeviceDecoder } from '../../agent/src/devices/registry.js';
import type { Decoded } from '../../agent/src/devices/decode.js';
import { indexStore } from '../../agent/src/devices/store-index.js';
import { readXml, type Element } from '../../contracts/src/sales-file/xml.js';
import { fill, type Filling } from '../../cloud/src/enrolment/configurations.js';
import { ownValues } from '../../cloud/src/enrolment/own-values.js';
import type { Sensed } from '../../simulators/src/devices/device.js';
import type { Message } from '../../simulators/src/devices/message.js';

export const FOLDER = path.resolve(import.meta.dirname, '../../firmware-configs');

/** What a page fills in for a device. */
export const fillingFor = (deviceId: string, more: Partial<Filling> = {}): Filling => ({
  deviceId,
  username: deviceId,
  password: 'aVery_Secret-0123456789abcdefghijklmnopqrstuv',
  host: '192.168.1.5',
  port: '1883',
  httpPort: '8090',
  storeId: 'test',
  ...more,
});

/** Every file of the folder but the READMEs and the index, as paths below it. */
export const templates = (): string[] =>
  readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md' && entry.name !== 'index.json')
    .map((entry) => path.relative(FOLDER, path.join(entry.parentPath, entry.name)))
    .sort();

export const raw = (file: string): string => readFileSync(path.join(FOLDER, file), 'utf8');
export const filled = (file: string, deviceId: string, more: Partial<Filling> = {}): string => {
  const device = deviceFor(file, deviceId);
  return fill(raw(file), fillingFor(deviceId, more), ownValues(device, storeWith([device])), path.extname(file));
};

/** The device of the file's own guide, under another id where it has none of that; none of a guide has its account only. */
function deviceFor(file: string, deviceId: string): Device {
  const folder = path.dirname(file);
  const entries = guideDevices(folder);
  const own = entries.find(({ id }) => id === deviceId) ?? entries.find((entry) => speaks(entry, file)) ?? entries[0];
  const { gateway: _gateway, ...device } = own ?? { family: 'camera' as const, dialect: 'aisle' };
  return { ...device, id: deviceId };
}

/** Whether the index gives this file to devices of that kind. */
function speaks({ family, dialect }: Device, file: string): boolean {
  const index = JSON.parse(raw('index.json')) as { family: string; dialect: string; files: { path: string }[] }[];
  return index.some(
    (row) => row.family === family && row.dialect === dialect && row.files.some((one) => one.path === file),
  );
}
export const filledJson = <T>(file: string, deviceId: string): T => JSON.parse(filled(file, deviceId)) as T;

/** ESPHome's `!secret NAME` is read as `secret NAME`. */
const customTags: Tags = [{ tag: '!secret', resolve: (name: string) => `secret ${name}` }];
export const filledYaml = <T>(file: string, deviceId: string): T => parse(filled(file, deviceId), { customTags }) as T;

/** The devices of a README's store-file example; none where it has no such example. */
function guideDevices(folder: string): Device[] {
  try {
    return readmeDevices(folder);
  } catch {
    return [];
  }
}

/** The devices of a README's store-file example. */
export function readmeDevices(folder: string): Device[] {
  const blocks = [...raw(`${folder}/README.md`).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text as string);
  const example = blocks.find((text) => text.startsWith('devices:'));
  if (example === undefined) throw new Error(`${folder}/README.md has no store-file example`);
  return (parse(example) as { devices: Device[] }).devices;
}

const rectangle = (x: number, y: number) => [[x, y], [x + 3, y], [x + 3, y + 3], [x, y + 3]]; // prettier-ignore
const GTIN = '06901234567892';
const SLOTS = ['a', 'b', 'c', 'd'];
/** Where the examples of the READMEs are at home. */
const SHOP = {
  store: { id: 'test', name: 'Test', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 20, depth: 12 },
  entrances: [
    { id: 'main', line: [[4, 12], [6, 12]], inward: [0, -1] }, // prettier-ignore
    { id: 'side', line: [[20, 4], [20, 6]], inward: [-1, 0] }, // prettier-ignore
  ],
  zones: ['dairy', 'wine', 'checkout', 'entrance-hall'].map((id, index) => ({
    id,
    kind: 'other',
    polygon: rectangle(1 + 4 * index, 1),
  })),
  products: [{ gtin: GTIN, unitGrams: 1030, price: 12.5 }],
  fixtures: [1, 2, 3].map((number) => ({
    id: `fx-${number}`,
    zone: 'dairy',
    at: [1 + 4 * number, 8],
    size: [3, 1],
    slots: SLOTS.map((slot) => ({ id: `fx-${number}-${slot}`, gtin: GTIN })),
  })),
};

/** A store file with these devices; throws where it would be refused. */
export const storeWith = (devices: readonly Device[]): StoreFile =>
  parseStoreFile(stringify({ ...SHOP, devices }), 'README.md');

/** What the agent makes of a message. */
export function decodeIn(store: StoreFile): (told: Pick<Message, 'deviceId' | 'topic' | 'payload'>) => Decoded {
  const index = indexStore(store, 1);
  const decoder = new DeviceDecoder();
  return ({ deviceId, topic, payload }) => {
    if (!index.topics.devicesOn(topic).includes(deviceId))
      throw new Error(`${deviceId} may not speak on ${topic}: nothing of the store file says so`);
    return decoder.decode({ deviceId, topic, payload: Buffer.from(payload), receivedTs: RECEIVED_TS }, index);
  };
}
export const RECEIVED_TS = Date.parse('2026-03-02T12:00:00+08:00');

/** Kinds of the events in a message that was understood; the refusal where it was not. */
export const kindsOf = (decoded: Decoded): string[] =>
  decoded.ok
    ? [...(decoded.refused ?? []).map(({ message }) => `refused: ${message}`), ...decoded.events.map(({ kind }) => kind), ...(decoded.adverts ? ['adverts'] : [])] // prettier-ignore
    : [`refused: ${decoded.reason} ${decoded.field} ${decoded.message}`];

/** The first device of a dialect in a README's example, and the store file that it is at home in. */
export function exampleOf(folder: string, dialect: string): { device: Device; store: StoreFile } {
  const devices = readmeDevices(folder);
  return { device: devices.find((one) => one.dialect === dialect) as Device, store: storeWith(devices) };
}

/** When simulated devices of these tests begin. */
export const START = RECEIVED_TS - 120_000;
/** A device whose clock is right. */
export const exactly = (ts: number): number => ts;
/** An empty shop, but for what is given. */
export const sensed = (ts: number, more: Partial<Sensed> = {}): Sensed => ({
  ts,
  sinceMs: ts - START,
  people: [],
  items: [],
  crossings: [],
  gramsOf: () => 0,
  ...more,
});

/** The root of an XML file that is filled in; throws where it is not well-formed. Names are without their prefixes. */
export function filledXml(file: string, deviceId: string): Element {
  const read = readXml(Buffer.from(filled(file, deviceId)), 1 << 20);
  if (!read.ok) throw new Error(`${file} ${faultWords(read)}`);
  return read.value;
}

/** Every element of this name, however deep. */
export const elements = (from: Element, name: string): Element[] => [
  ...(from.name === name ? [from] : []),
  ...from.children.flatMap((child) => elements(child, name)),
];
