import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseStoreFile, traitsOf, type Device, type DeviceEvent, type StoreFile } from '@aisle/contracts';
import { parse, stringify } from 'yaml';
import { openShop, sha256, storeFileCommand, until, type Shop } from '../../agent/test/runtime/harness.js';
import { Configurations } from '../../cloud/src/enrolment/configurations.js';
import { FOLDER, fillingFor } from '../support/firmware.js';

/**
 * A pharmacy of five zones in Vienna, as a new user would set it up: entries by the guides, ready configurations filled in from them, and what
 * they say tried at a running agent. Then every message of the guides, word for word.
 */
const square = (x: number, y: number) => [[x, y], [x + 3, y], [x + 3, y + 3], [x, y + 3]]; // prettier-ignore
const [ASPIRIN, SYRUP] = ['04150012345678', '04150012345685'];
const PHARMACY = {
  store: { id: 'demo', name: { en: 'Pharmacy at the Bridge', zh: '桥头药房' }, timezone: 'Europe/Vienna', currency: 'EUR' },
  floor: { width: 14, depth: 9 },
  entrances: [{ id: 'street-door', line: [[6, 9], [8, 9]], inward: [0, -1] }], // prettier-ignore
  zones: ['prescriptions', 'cough-and-cold', 'skin-care', 'counter', 'waiting'].map((id, at) => ({
    ...{ id, kind: 'other', polygon: square(0.2 + (at % 4) * 3.4, at < 4 ? 0.2 : 4) },
  })),
  products: [
    { gtin: ASPIRIN, price: 7.95, unitGrams: 42 },
    { gtin: SYRUP, price: 11.2, unitGrams: 310 },
  ],
  fixtures: [
    { id: 'wall-1', zone: 'cough-and-cold', slots: [{ id: 'syrups', gtin: SYRUP }, { id: 'lozenges', gtin: ASPIRIN }, { id: 'teas', gtin: SYRUP }] },
    { id: 'glass-2', zone: 'prescriptions', slots: [{ id: 'drawer', gtin: ASPIRIN }] },
  ],
}; // prettier-ignore
const rules = [
  { rule: 'Eingang "A" & B', kind: 'line', entrance: 'street-door', direction: 'in' },
  { rule: 'Warten', kind: 'occupancy', zone: 'waiting', resetAt: '02:30' },
];
const csv = {
  columns: { receipt: 'Beleg', date: 'Datum', gtin: 'PZN/EAN', quantity: 'Stk', net: 'Netto' },
  decimal: 'comma',
  dateOrder: 'dmy',
};
const DEVICES = [
  { id: 'auge', family: 'camera', dialect: 'aisle', covers: ['waiting', 'street-door'] },
  { id: 'tuer', family: 'camera', dialect: 'onvif', covers: ['street-door', 'waiting'], rules },
  { id: 'nvr-1', family: 'camera', dialect: 'frigate', nvrCamera: 'offizin', covers: ['counter', 'skin-care'] },
  { id: 'waage-1', family: 'shelf', dialect: 'aisle', fixture: 'wall-1' },
  { id: 'waage-2', family: 'shelf', dialect: 'esphome', fixture: 'wall-1', sensors: [{ sensor: 'links', slot: 'syrups' }, { sensor: 'rechts', slot: 'teas', unit: 'kg' }] },
  { id: 'waage-3', family: 'shelf', dialect: 'bthome', fixture: 'wall-1', address: 'A4:C1:38:00:00:01' },
  { id: 'leser-1', family: 'rfid', dialect: 'aisle', antennas: [{ antenna: 4, fixture: 'glass-2' }] },
  { id: 'leser-2', family: 'rfid', dialect: 'impinj', antennas: [{ antenna: 1, fixture: 'glass-2' }, { antenna: 3, zone: 'counter' }, { antenna: 4, zone: 'waiting' }] },
  { id: 'leser-3', family: 'rfid', dialect: 'zebra', antennas: [{ antenna: 2, fixture: 'glass-2' }] },
  { id: 'funk-1', family: 'ble', dialect: 'aisle', zone: 'counter' },
  { id: 'funk-2', family: 'ble', dialect: 'theengs', zone: 'counter' },
  { id: 'funk-3', family: 'ble', dialect: 'bluez', zone: 'counter' },
  { id: 'kasse-1', family: 'till', dialect: 'aisle', zone: 'counter' },
  { id: 'kasse-2', family: 'till', dialect: 'csv', zone: 'counter', csv },
  { id: 'kasse-3', family: 'till', dialect: 'poslog', zone: 'counter' },
  { id: 'schirm-1', family: 'screen', dialect: 'aisle', zone: 'waiting' },
]; // prettier-ignore
const FILE: StoreFile = parseStoreFile(stringify({ ...PHARMACY, devices: DEVICES }), 'pharmacy.yaml');
const configurations = new Configurations(FOLDER, { warn: (_details, message) => expect.fail(message) });
const deviceOf = (id: string) => FILE.devices?.find((device) => device.id === id) as Device;
const ready = (id: string) => configurations.for(deviceOf(id), fillingFor(id), FILE);
const textOf = (id: string, file: string) => ready(id).find((one) => one.file === file)?.text ?? expect.fail(file);

/** What only another shop's examples would say. */
const STRANGERS =
  /dairy|wine|\bfx-\d|milk|6901234567892|CNY|Shanghai|Door in|Hanging about|front_door|\bslot[ _][a-d]\b|\bmain\b(?!_)|checkout|3034257BF7194E4000001A85/i;

describe('ready configurations of a pharmacy', () => {
  it.each(DEVICES.map(({ id, family, dialect }) => [`${family} ${dialect}`, id] as const))(
    'for %s say nothing of another shop, and nothing is left open',
    (_kind, id) => {
      for (const { file, text } of ready(id)) {
        expect(text.match(STRANGERS)?.[0], file).toBeUndefined();
        expect(text.match(/\{\{[#/]?\s*\w+\s*\}\}/)?.[0], file).toBeUndefined();
      }
    },
  );

  it("have the device's own sensors, rules, cameras, zones and antennas, and are what their tools read", () => {
    const node = parse(textOf('waage-2', 'shelf.yaml').replaceAll('!secret ', '')) as {
      sensor: { name: string; unit_of_measurement: string; dout_pin: string }[];
    };
    expect(node.sensor.map(({ name, unit_of_measurement: unit }) => [name, unit])).toEqual([['links', 'g'], ['rechts', 'kg']]); // prettier-ignore
    expect(textOf('tuer', 'rules.xml')).toContain('Name="Eingang &quot;A&quot; &amp; B" Type="tt:LineDetector"');
    expect(textOf('tuer', 'rules.xml')).toContain('Value="02:30:00"');
    expect(textOf('tuer', 'rules.xml')).not.toContain('FieldDetector');
    const nvr = parse(textOf('nvr-1', 'config.yml')) as { cameras: Record<string, { zones: object }> };
    expect(Object.keys(nvr.cameras)).toEqual(['offizin']);
    expect(Object.keys(nvr.cameras['offizin']?.zones ?? {}).sort()).toEqual(['counter', 'skin-care']);
    const preset = JSON.parse(textOf('leser-2', 'preset.json')) as { antennaConfigs: { antennaPort: number }[] };
    expect(preset.antennaConfigs.map(({ antennaPort }) => antennaPort)).toEqual([1, 3, 4]);
    const mode = JSON.parse(textOf('leser-3', 'mode.json')) as { antennas: number[]; transmitPower: number[] };
    expect([mode.antennas, mode.transmitPower]).toEqual([[2], [24]]);
    expect(textOf('waage-3', 'advertising.txt')).toContain('slot 3 5.12 kg');
  });
});

const temporary = mkdtempSync(path.join(tmpdir(), 'pharmacy-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const STAND_IN = `#!/bin/sh
retain=0
while [ $# -gt 0 ]; do
  case "$1" in
    -t) topic=$2; shift;; -m) message=$2; shift;; -f) message=$(cat "$2"; printf .); message=\${message%.}; shift;;
    -r) retain=1;; -V|-q|-u|-P|-h|-p|-i) shift;;
  esac
  shift
done
printf '%s\\n%s' "$topic" "$message" > "$OUT/$(printf %03d "$(ls "$OUT" | wc -l)")"
`;
interface Told {
  topic: string;
  payload: string;
}
/** What a script of the configuration publishes, with a stand-in for mosquitto_pub. */
function run(script: string): Told[] {
  const folder = mkdtempSync(path.join(temporary, 'run-'));
  const out = path.join(folder, 'out');
  mkdirSync(out);
  writeFileSync(path.join(folder, 'mosquitto_pub'), STAND_IN, { mode: 0o755 });
  execFileSync('sh', ['-s'], {
    input: script,
    env: { ...process.env, PATH: `${folder}:${process.env['PATH']}`, OUT: out },
  });
  return readdirSync(out)
    .sort()
    .map((name) => {
      const [topic = '', ...payload] = readFileSync(path.join(out, name), 'utf8').split('\n');
      return { topic, payload: payload.join('\n') };
    });
}

/** A running agent with this store file. */
async function withShop(file: StoreFile, work: (shop: Shop) => Promise<void>): Promise<void> {
  const shop = await openShop({ withStore: false });
  try {
    shop.cloud.command(storeFileCommand(1, { ...file, store: { ...file.store, id: 'demo' } }));
    await until('the store file', () => shop.agent.host.config);
    await work(shop);
  } finally {
    await shop.end();
  }
}
let seq = 1;
/** Says it under the device's own account; everything is acknowledged. @returns what was journaled of it */
async function say(shop: Shop, device: Device, messages: readonly Told[]): Promise<DeviceEvent[]> {
  const account = device.gateway ?? device.id;
  shop.cloud.command({ seq: (seq += 1), kind: 'credential', deviceId: account, sha256: sha256('secret') });
  const client = await until('the account', () => shop.connect(account, 'secret').catch(() => undefined));
  const before = shop.agent.journal.lastSeq;
  for (const { topic, payload } of messages) await client.publishAsync(topic, payload, { qos: 1 });
  const events: DeviceEvent[] = [];
  await shop.agent.journal.replay(before, ({ event }) => void ('digest' in event && events.push(event)));
  await until('the engine', () => shop.agent.host.appliedSeq >= shop.agent.journal.lastSeq);
  // a radio that is not there says so in its own time
  const radios = new Set(FILE.devices?.filter(({ dialect }) => dialect === 'bluez').map(({ id }) => id));
  return events.filter(({ deviceId }) => deviceId === device.id || !radios.has(deviceId));
}
const refusals = (shop: Shop) => [...shop.agent.refusedTotals()].flatMap(([id, rows]) => rows.map((row) => ({ id, ...row }))); // prettier-ignore

describe('a new user of the pharmacy', () => {
  it('runs every script of the ready configurations; each message is acknowledged and counted', () =>
    withShop(FILE, async (shop) => {
      const scripts: [id: string, file: string, kinds: string[]][] = [
        ['auge', 'camera.sh', ['deviceState', 'positions', 'crossing']],
        ['waage-1', 'shelf.sh', ['deviceState', 'weight', 'weight', 'weight']],
        ['leser-1', 'rfid.sh', ['deviceState', 'reads']],
        ['funk-1', 'ble.sh', ['deviceState', 'heard']],
        ['kasse-1', 'sale.sh', ['deviceState', 'sale']],
        ['kasse-2', 'csv.sh', ['deviceState', 'sale']],
        ['kasse-3', 'poslog.sh', ['deviceState', 'sale']],
      ];
      for (const [id, file, kinds] of scripts) {
        const told = run(textOf(id, file)).filter(({ topic }) => !topic.endsWith('camera/detections'));
        const events = await say(shop, deviceOf(id), told);
        expect(events.map(({ kind }) => kind), file).toEqual(kinds); // prettier-ignore
      }
      expect(refusals(shop)).toEqual([]);
      await until(
        'three sales',
        () => [...shop.cloud.facts.values()].filter(({ kind }) => kind === 'sale').length === 3,
      );
      const nets = [...shop.cloud.facts.values()].flatMap((fact) =>
        fact.kind === 'sale' ? [fact.value.netMinor] : [],
      );
      expect(nets).toEqual([1590, 1590, 1590]);
    }));
});

const GUIDES = path.resolve(import.meta.dirname, '../../docs/devices');
interface Example {
  guide: string;
  /** the n-th block of that language in the guide */
  block: [language: string, n: number];
  topic: string;
  device: string;
  kinds: string[];
}
/** Where each block of the guides is said, and what comes of it. */
const EXAMPLES: Example[] = [
  { guide: 'camera-onvif', block: ['json', 0], topic: 'cam-door/event/CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1', device: 'cam-door', kinds: ['counted'] },
  { guide: 'camera-onvif', block: ['json', 1], topic: 'cam-door/onvif-ej/RuleEngine/LineDetector/Crossed/&1/Door in', device: 'cam-door', kinds: ['crossing'] },
  { guide: 'camera-frigate', block: ['json', 0], topic: 'frigate/events', device: 'cam-front', kinds: ['noticed', 'tracked'] },
  { guide: 'rfid-aisle', block: ['json', 0], topic: 'aisle/v1/devices/reader-1/rfid/reads', device: 'reader-1', kinds: ['reads'] },
  { guide: 'rfid-impinj', block: ['json', 0], topic: 'impinj/reader-1/events', device: 'reader-1', kinds: ['reads'] },
  { guide: 'rfid-zebra', block: ['json', 0], topic: 'zebra/reader-1/tagEvents', device: 'reader-1', kinds: ['reads'] },
  { guide: 'shelf-native', block: ['json', 0], topic: 'aisle/v1/devices/shelf-1/shelf/weight', device: 'shelf-1', kinds: ['weight'] },
  { guide: 'till-native', block: ['json', 0], topic: 'aisle/v1/devices/till-1/till/sale', device: 'till-1', kinds: ['sale'] },
  { guide: 'till-csv', block: ['', 0], topic: 'aisle/v1/devices/till-2/till/csv', device: 'till-2', kinds: ['sale'] },
  { guide: 'till-poslog', block: ['xml', 0], topic: 'aisle/v1/devices/till-3/till/poslog', device: 'till-3', kinds: ['sale'] },
  { guide: 'ble-gateway', block: ['json', 0], topic: 'aisle/v1/devices/gw-2/ble/adverts', device: 'gw-2', kinds: ['heard'] },
]; // prettier-ignore
const blocksOf = (guide: string, language: string): string[] =>
  [...readFileSync(path.join(GUIDES, `${guide}.md`), 'utf8').matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , text]) => (text as string).trimEnd());
/** The devices of a guide's store-file examples. */
const guideDevices = (guide: string): Device[] =>
  blocksOf(guide, 'yaml').flatMap((text) => {
    const read = parse(text.replace('points: [...]', POINTS)) as { devices?: Device[] } | Device[];
    const devices = Array.isArray(read) ? read : (read.devices ?? []);
    return devices.filter(({ family, dialect }) => traitsOf({ family, dialect }).asks.length > 0);
  });
const POINTS = 'points: [{image: [0, 0], floor: [1, 1]}, {image: [1280, 0], floor: [9, 1]}, {image: [0, 720], floor: [1, 9]}, {image: [1280, 720], floor: [9, 9]}]'; // prettier-ignore
const GTINS = ['06901234567892', '06901234567908'];
/** Where the guides' examples are at home. */
const GUIDE_SHOP = {
  store: { id: 'demo', name: 'Guide', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 20, depth: 12 },
  entrances: [
    { id: 'main', line: [[4, 12], [6, 12]], inward: [0, -1] },
    { id: 'side', line: [[20, 4], [20, 6]], inward: [-1, 0] },
  ],
  zones: ['dairy', 'wine', 'checkout'].map((id, at) => ({ id, kind: 'other', polygon: square(1 + 4 * at, 1) })),
  products: GTINS.map((gtin) => ({ gtin, unitGrams: 1030, price: 12.5 })),
  fixtures: [1, 2].map((n) => ({
    ...{ id: `fx-${n}`, zone: 'dairy' },
    slots: ['a', 'b'].map((slot) => ({ id: `fx-${n}-${slot}`, gtin: GTINS[0] })),
  })),
}; // prettier-ignore

describe('every message of the guides', () => {
  it.each(EXAMPLES.map((example) => [`${example.guide}.md, ${example.topic}`, example] as const))(
    '%s: word for word acknowledged and counted',
    async (_title, { guide, block: [language, n], topic, device: id, kinds }) => {
      const own = guideDevices(guide);
      if (guide === 'camera-onvif') {
        // The guide shows Axis' rule as a line of its own.
        const cam = own.find((device) => device.id === 'cam-door') as Device;
        cam.rules = [
          ...(cam.rules ?? []),
          { rule: 'Device1Scenario1', kind: 'counter', entrance: 'main', direction: 'in' },
        ];
      }
      if (!own.some((device) => device.id === id)) own.push({ id, family: 'ble', dialect: 'aisle', zone: 'dairy' });
      const file = parseStoreFile(stringify({ ...GUIDE_SHOP, devices: own }), `${guide}.md`);
      await withShop(file, async (shop) => {
        const payload = blocksOf(guide, language)[n] ?? expect.fail(`${guide}.md has no such block`);
        const device = file.devices?.find((one) => one.id === id) as Device;
        const events = await say(shop, device, [{ topic, payload }]);
        expect(events.map(({ kind }) => kind)).toEqual(kinds);
        expect(refusals(shop)).toEqual([]);
      });
    },
  );

  it('is in the list: no guide has a block that nobody tries', () => {
    for (const guide of readdirSync(GUIDES)) {
      const name = guide.replace(/\.md$/, '');
      for (const language of ['json', 'xml'])
        expect(blocksOf(name, language).length, guide).toBe(
          EXAMPLES.filter(({ guide: of, block: [own] }) => of === name && own === language).length,
        );
    }
  });
});
