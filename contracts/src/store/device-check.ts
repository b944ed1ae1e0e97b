import { calibrationProblem } from './calibration-check.js';
import { traitsOf } from './dialect-traits.js';
import type { Device } from './device-entry.js';
import type { StoreFile } from './store-file.js';
import type { Problem } from '../validation.js';

type Family = Device['family'];
/** Keys that make sense for some families only. */
const KEYS_OF: readonly (readonly [families: readonly Family[], keys: readonly (keyof Device)[]])[] = [
  [['camera'], ['group', 'calibration', 'stream', 'model', 'rules', 'nvrCamera']],
  [['rfid'], ['antennas', 'presence']],
  [['shelf'], ['sensors', 'maxGrams', 'key']],
  [['shelf', 'ble'], ['address']],
  [['ble'], ['nearDbm']],
  [['till'], ['csv', 'receiptScope']],
];

/** Cameras that follow people themselves: nobody merges these with what another camera sees. */
const isAnalysing = (device: Device): boolean => ['rules', 'objects'].includes(traitsOf(device).tells ?? '');

/** Whether what the store file says of its devices holds together: each problem with its path. */
export function deviceProblems(file: StoreFile): Problem[] {
  const problems: Problem[] = [];
  const say = (field: string, message: string) => problems.push({ field, message });
  const devices = new Map((file.devices ?? []).map((device) => [device.id, device]));
  const slots = new Set((file.fixtures ?? []).flatMap((fixture) => (fixture.slots ?? []).map((slot) => slot.id)));
  const places = {
    slot: slots,
    fixture: new Set((file.fixtures ?? []).map((fixture) => fixture.id)),
    zone: new Set((file.zones ?? []).map((zone) => zone.id)),
    entrance: new Set([...(file.entrances ?? []), ...(file.passersBy ?? [])].map((line) => line.id)),
  };
  const exists = (path: string, what: keyof typeof places, id: string | undefined) => {
    if (id !== undefined && !places[what].has(id)) say(`${path}.${what}`, `names no ${what}: "${id}"`);
  };
  const addresses = new Set<string>();
  (file.devices ?? []).forEach((device, index) => {
    const path = `devices[${index}]`;
    for (const [families, keys] of KEYS_OF) {
      if (families.includes(device.family)) continue;
      for (const key of keys)
        if (device[key] !== undefined)
          say(
            `${path}.${key}`,
            `is for ${families.map(plural).join(' and ')} only; "${device.id}" is a ${device.family}`,
          );
    }
    if (traitsOf(device).byAddress && device.address === undefined)
      say(`${path}.address`, 'is missing: what speaks over BLE is known by it');
    const address = device.address?.toUpperCase();
    if (address !== undefined && addresses.has(address)) say(`${path}.address`, 'is of another device, too');
    if (address !== undefined) addresses.add(address);
    const problem = device.calibration && calibrationProblem(device.calibration);
    if (problem) say(`${path}.calibration.${problem.field}`, problem.message);
    if (device.group !== undefined && isAnalysing(device))
      say(
        `${path}.group`,
        `is not for cameras of the dialect "${device.dialect}", which tell of each person at another time`,
      );
    if (device.gateway !== undefined && !devices.has(device.gateway))
      say(`${path}.gateway`, `names no device: "${device.gateway}"`);
    (device.topics ?? []).forEach((topic, at) => {
      if (!isTopicFilter(topic)) say(`${path}.topics[${at}]`, 'expected an MQTT topic filter, "#" only at its end');
    });
    repeats(
      device.antennas,
      ({ antenna }) => String(antenna),
      (at) => say(`${path}.antennas[${at}].antenna`, 'is there twice'),
    );
    (device.antennas ?? []).forEach((antenna, at) => {
      for (const what of ['slot', 'fixture', 'zone'] as const) exists(`${path}.antennas[${at}]`, what, antenna[what]);
    });
    repeats(
      device.sensors,
      ({ slot }) => slot,
      (at) => say(`${path}.sensors[${at}].slot`, 'is weighed twice'),
    );
    (device.sensors ?? []).forEach((sensor, at) => exists(`${path}.sensors[${at}]`, 'slot', sensor.slot));
    repeats(
      device.rules,
      ({ rule, kind }) => `${kind} ${rule}`,
      (at) => say(`${path}.rules[${at}].rule`, 'is there twice'),
    );
    (device.rules ?? []).forEach((rule, at) => {
      const here = `${path}.rules[${at}]`;
      exists(here, 'entrance', rule.entrance);
      exists(here, 'zone', rule.zone);
      const counts = rule.kind === 'line' || rule.kind === 'counter';
      if (counts && rule.entrance === undefined) say(`${here}.entrance`, `is missing: a ${rule.kind} counts at one`);
      if (counts && rule.direction === undefined) say(`${here}.direction`, 'is missing; expected "in" or "out"');
      if (!counts && rule.zone === undefined) say(`${here}.zone`, `is missing: ${rule.kind} is about one`);
    });
  });
  (file.staff?.badges ?? []).forEach((badge, index) => {
    const ways = [badge.address, badge.ibeacon, badge.eddystone].filter((way) => way !== undefined).length;
    if (ways !== 1) say(`staff.badges[${index}]`, 'expected one of address, ibeacon and eddystone');
  });
  return problems;
}

const plural = (family: Family): string =>
  family === 'shelf' ? 'shelves' : family === 'rfid' || family === 'ble' ? `${family} devices` : `${family}s`;

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
