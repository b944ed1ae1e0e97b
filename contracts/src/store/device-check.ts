import { calibrationProblem } from './calibration-check.js';
import { csvProblems } from '../sales-file/csv-settings.js';
import { traitsOf } from './dialect-traits.js';
import { webAddress } from './web-address.js';
import type { Device } from './device-entry.js';
import type { StoreFile } from './store-file.js';
import { atField, problem, type Problem, type ProblemCode, type Term, type ValuesOf } from '../words/problem.js';

type Family = Device['family'];
/** Keys that make sense for some families only. */
const KEYS_OF: readonly (readonly [families: readonly Family[], keys: readonly (keyof Device)[], words: Term])[] = [
  [['camera'], ['group', 'calibration', 'stream', 'model', 'rules', 'nvrCamera', 'stitch'], 'cameras'],
  [['rfid'], ['antennas', 'presence'], 'rfidDevices'],
  [['shelf'], ['sensors', 'maxGrams', 'key'], 'shelves'],
  [['shelf', 'ble'], ['address'], 'shelvesAndBleDevices'],
  [['ble'], ['nearDbm'], 'bleDevices'],
  [['till'], ['csv', 'receiptScope'], 'tills'],
  [['screen'], ['target'], 'screens'],
];

/** Cameras that follow people themselves: nobody merges these with what another camera sees. */
const isAnalysing = (device: Device): boolean => ['rules', 'objects'].includes(traitsOf(device).tells ?? '');

/** Whether what the store file says of its devices holds together: each problem with its path. */
export function deviceProblems(file: StoreFile): Problem[] {
  const problems: Problem[] = [];
  const say = <C extends ProblemCode>(field: string, code: C, ...values: ValuesOf<C>) =>
    problems.push(problem(field, code, ...values));
  const devices = new Map((file.devices ?? []).map((device) => [device.id, device]));
  const slots = new Set((file.fixtures ?? []).flatMap((fixture) => (fixture.slots ?? []).map((slot) => slot.id)));
  const places = {
    slot: slots,
    fixture: new Set((file.fixtures ?? []).map((fixture) => fixture.id)),
    zone: new Set((file.zones ?? []).map((zone) => zone.id)),
    entrance: new Set([...(file.entrances ?? []), ...(file.passersBy ?? [])].map((line) => line.id)),
  };
  const exists = (path: string, what: keyof typeof places, id: string | undefined) => {
    if (id !== undefined && !places[what].has(id)) say(`${path}.${what}`, 'namesNo', { what, id });
  };
  const addresses = new Set<string>();
  (file.devices ?? []).forEach((device, index) => {
    const path = `devices[${index}]`;
    for (const [families, keys, words] of KEYS_OF) {
      if (families.includes(device.family)) continue;
      for (const key of keys)
        if (device[key] !== undefined)
          say(`${path}.${key}`, 'forFamilies', { families: words, id: device.id, family: device.family });
    }
    if (traitsOf(device).byAddress && device.address === undefined) say(`${path}.address`, 'addressMissing');
    const address = device.address?.toUpperCase();
    if (address !== undefined && addresses.has(address)) say(`${path}.address`, 'addressTwice');
    if (address !== undefined) addresses.add(address);
    if (device.target && !webAddress(device.target.url))
      say(`${path}.target.url`, 'expectedOther', { expected: 'webAddress' });
    const wrong = device.calibration && calibrationProblem(device.calibration);
    if (wrong) problems.push(atField(`${path}.calibration.${wrong.problem.field}`, wrong.problem));
    if (device.csv)
      for (const found of csvProblems(device.csv)) problems.push(atField(`${path}.csv${found.field}`, found));
    if (device.group !== undefined && isAnalysing(device))
      say(`${path}.group`, 'groupOfAnalysing', { dialect: device.dialect });
    if (device.gateway !== undefined && !devices.has(device.gateway))
      say(`${path}.gateway`, 'namesNo', { what: 'device', id: device.gateway });
    (device.topics ?? []).forEach((topic, at) => {
      if (!isTopicFilter(topic)) say(`${path}.topics[${at}]`, 'topicFilterEnd');
    });
    repeats(
      device.antennas,
      ({ antenna }) => String(antenna),
      (at) => say(`${path}.antennas[${at}].antenna`, 'twice'),
    );
    (device.antennas ?? []).forEach((antenna, at) => {
      for (const what of ['slot', 'fixture', 'zone'] as const) exists(`${path}.antennas[${at}]`, what, antenna[what]);
    });
    repeats(
      device.sensors,
      ({ slot }) => slot,
      (at) => say(`${path}.sensors[${at}].slot`, 'weighedTwice'),
    );
    (device.sensors ?? []).forEach((sensor, at) => exists(`${path}.sensors[${at}]`, 'slot', sensor.slot));
    repeats(
      device.rules,
      ({ rule, kind }) => `${kind} ${rule}`,
      (at) => say(`${path}.rules[${at}].rule`, 'twice'),
    );
    (device.rules ?? []).forEach((rule, at) => {
      const here = `${path}.rules[${at}]`;
      exists(here, 'entrance', rule.entrance);
      exists(here, 'zone', rule.zone);
      const counts = rule.kind === 'line' || rule.kind === 'counter';
      if (counts && rule.entrance === undefined) say(`${here}.entrance`, 'ruleEntrance', { kind: rule.kind });
      if (counts && rule.direction === undefined) say(`${here}.direction`, 'ruleDirection');
      if (!counts && rule.zone === undefined) say(`${here}.zone`, 'ruleZone', { kind: rule.kind });
    });
  });
  (file.staff?.badges ?? []).forEach((badge, index) => {
    const ways = [badge.address, badge.ibeacon, badge.eddystone].filter((way) => way !== undefined).length;
    if (ways !== 1) say(`staff.badges[${index}]`, 'badgeWays');
  });
  return problems;
}

function repeats<T>(items: readonly T[] | undefined, keyOf: (item: T) => string, found: (index: number) => void): void {
  const seen = new Set<string>();
  (items ?? []).forEach((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) found(index);
    seen.add(key);
  });
}

/** Whether text is a topic filter of MQTT 3.1.1 (4.7): "+" a whole level, "#" the last. */
export function isTopicFilter(text: string): boolean {
  const levels = text.split('/');
  return levels.every(
    (level, index) => level === '+' || (level === '#' ? index === levels.length - 1 : !/[+#\0]/.test(level)),
  );
}
