import type { LiveAlert } from '@aisle/contracts';
import type { DeviceRow } from '../api/generated/schema.js';
import type { MessageKey, Translate } from '../i18n/translate.js';
import { cameraWorries } from './cameras.js';

/** Below this a battery wants changing soon, in percent. */
export const LOW_BATTERY = 20;
/** A clock that is further off than this puts events into other minutes than they belong to. */
export const SKEWED_MS = 5000;

export type Trouble =
  'trouble' | 'offline' | 'silent' | 'alert' | 'problem' | 'refused' | 'camera' | 'skew' | 'battery' | 'uncalibrated';
/** The gravest first. */
const GRAVE: readonly Trouble[] = [
  'trouble',
  'offline',
  'silent',
  'alert',
  'problem',
  'refused',
  'camera',
  'skew',
  'battery',
  'uncalibrated',
];

export const DEVICE_ALERTS: ReadonlySet<string> = new Set([
  'deviceOffline',
  'deviceSilent',
  'deviceClock',
  'cellSilent',
]);

/** What is not as it should be with a device, the gravest first; one that was shut out on purpose has no troubles. */
export function troublesOf(device: DeviceRow, alerts: readonly LiveAlert[] = []): Trouble[] {
  if (isRevoked(device)) return [];
  const found = new Set<Trouble>();
  if (device.trouble !== undefined) found.add('trouble');
  if (device.state === 'offline') found.add('offline');
  // A till may be quiet for long: only its own rhythm tells, and that is an alert.
  if (device.state === 'silent' && device.family !== 'till') found.add('silent');
  if (alerts.some((alert) => alert.subject === device.deviceId && alert.until === null)) found.add('alert');
  if ((device.problems?.length ?? 0) > 0) found.add('problem');
  if ((device.refused?.length ?? 0) > 0) found.add('refused');
  if (device.state !== 'unknown' && device.camera && cameraWorries(device.camera).length > 0) found.add('camera');
  if (!device.clockCorrected && Math.abs(device.clockSkewMs ?? 0) > SKEWED_MS) found.add('skew');
  if (device.battery !== undefined && device.battery < LOW_BATTERY) found.add('battery');
  if (device.calibrated === false) found.add('uncalibrated');
  return GRAVE.filter((trouble) => found.has(trouble));
}

export const isRevoked = (device: DeviceRow): boolean =>
  device.revoked === true || device.credential.state === 'revoked';

/** Those with troubles first, the gravest at the top; within the same, cameras that tell figures, then by name. */
export function byTrouble(
  devices: readonly DeviceRow[],
  alerts: readonly LiveAlert[],
  nameOf: (device: DeviceRow) => string,
): DeviceRow[] {
  const rank = new Map(
    devices.map((device) => {
      const [worst] = troublesOf(device, alerts);
      return [device.deviceId, worst === undefined ? GRAVE.length : GRAVE.indexOf(worst)];
    }),
  );
  return [...devices].sort(
    (a, b) =>
      (rank.get(a.deviceId) as number) - (rank.get(b.deviceId) as number) ||
      Number(b.camera !== undefined) - Number(a.camera !== undefined) ||
      nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true }),
  );
}

const PROBLEM_WORDS: Readonly<Record<string, MessageKey>> = {
  sameClient: 'problem.sameClient',
  notReading: 'problem.notReading',
  crowded: 'problem.crowded',
  targetUnreachable: 'problem.targetUnreachable',
  targetDenied: 'problem.targetDenied',
  targetRefused: 'problem.targetRefused',
};

/** What an agent has found wrong with a device; one that this page does not know yet is told by its code. */
export function problemWords(t: Translate, problem: Problem, duration: (seconds: number) => string): string {
  const { code, values } = problem;
  if (code === 'clockOff') {
    const ms = Number(values['ms'] ?? 0);
    return t(ms > 0 ? 'problem.clockAhead' : 'problem.clockBehind', { time: duration(Math.abs(ms) / 1000) });
  }
  if (code === 'cellSilent') return t('problem.cellSilent', { slot: String(values['slot'] ?? '') });
  if (code === 'targetCannotShow') return t('problem.targetCannotShow', { content: String(values['content'] ?? '') });
  const key = PROBLEM_WORDS[code];
  return key ? t(key, { n: Number(values['times'] ?? 1) }) : t('problem.other', { code });
}
type Problem = NonNullable<DeviceRow['problems']>[number];
