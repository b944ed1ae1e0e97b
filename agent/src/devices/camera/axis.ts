import { Type } from '@sinclair/typebox';
import { expects, compile, type CameraRule } from '@aisle/contracts';
import { readJson } from '../wire/json.js';
import { malformed, reading, refused, type Reading } from '../wire/reading.js';
import { parseInstant } from '../wire/time.js';
import { flagIn, isPersonWord, objectsIn, wholeIn, type Fields } from './onvif-objects.js';
import { isChatter, readOnvif, type OnvifReading, type OnvifRules } from './onvif.js';

/**
 * What the MQTT page of Axis cameras publishes: `PREFIX/event/…` with
 * `{"topic":"axis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1","timestamp":1772424000712,"message":{"source","key","data"}}`.
 * Object Analytics counts lines (`totalHuman`, every class for itself, since the last reset), tells how many are in an area, or raises
 * `active` for an object. `PREFIX/event/connection` is birth and last will. Source: developer.axis.com, "AXIS Object Analytics counting
 * data" and "MQTT event bridge"; github.com/AxisCommunications/tutorial-axis-object-analytics-to-grafana.
 */
const Items = Type.Record(Type.String(), Type.Unknown(), expects('object'));
const schema = compile(
  Type.Object({
    topic: Type.String({ minLength: 1, maxLength: 512, ...expects('axisTopic') }),
    timestamp: Type.Union(
      [Type.String({ maxLength: 48 }), Type.Number({ minimum: 0, maximum: 8.64e15 })],
      expects('epochMs'),
    ),
    message: Type.Object({
      source: Type.Optional(Items),
      key: Type.Optional(Items),
      data: Type.Optional(Items),
    }),
  }),
);

export type AxisReading = OnvifReading | { kind: 'connection'; online: boolean };

/** Whether a topic is one of Axis' own kind. */
export const isAxisTopic = (topic: string): boolean => /(?:^|\/)event\//.test(topic) && !topic.includes('onvif-ej/');

/** @param kindOf what the store file calls a scenario of this name; undefined where it does not know it */
export function decodeAxis(
  topic: string,
  bytes: Uint8Array,
  kindOf: (rule: string) => CameraRule['kind'] | undefined,
  rules: OnvifRules = {},
): Reading<AxisReading> {
  const json = readJson(bytes);
  if (!json.ok) return json;
  if (topic.endsWith('/event/connection')) return connection(json.value);
  const checked = schema.check(json.value);
  if (!checked.ok) return refused(checked.problem);
  const { topic: told, timestamp, message } = checked.value;
  const path = told
    .replaceAll(/(?:^|(?<=\/))(?:axis|onvif|tns1|tnsaxis|tns):/g, '')
    .replace(/\/\$source\/.*$/, '')
    .replace(/^(?:axis|tnsaxis|onvif)\//, '');
  const { source = {}, key = {}, data = {} } = message;
  const ts = timeOf(timestamp);
  if (ts === undefined) return malformed('timestamp', 'expected', { expected: 'epochMs' });
  if (path.startsWith('RuleEngine/') && !isChatter(path))
    return readOnvif({ ts, path, source, key, data, operation: undefined }, rules);
  const [platform, application = '', rule = ''] = path.split('/');
  // Licences, storage, temperature, day and night: every camera tells them.
  if (platform !== 'CameraApplicationPlatform' || application === '' || rule === '')
    return reading({ kind: 'ignored', why: 'chatter' });
  const kind = kindOf(rule);
  // Told beside the scenario itself: any of them, sums by interval, a threshold that was passed.
  if (kind === undefined && /(?:ANY|Interval|Threshold)$/.test(rule))
    return reading({ kind: 'ignored', why: 'chatter' });
  return scenario(rule, kind, ts, key, data);
}

function scenario(
  rule: string,
  kind: CameraRule['kind'] | undefined,
  ts: number,
  key: Fields,
  data: Fields,
): Reading<OnvifReading> {
  const base = { ts, rule, source: '' };
  const active = flagIn(data, ['active', 'state']);
  const isCount = Object.keys(data).some((name) => /^total/.test(name));
  // A rule that the store file does not know is refused by its name, under the kind that it looks like.
  switch (kind ?? (isCount ? 'counter' : 'line')) {
    case 'counter':
    case 'occupancy':
      return counted(base, kind === 'occupancy' ? 'occupancy' : 'counter', data);
    case 'line': {
      // A count is told with each that crosses: `reason` says what it was.
      const reason = typeof data['reason'] === 'string' ? data['reason'] : undefined;
      if (reason !== undefined)
        return isPersonWord(reason)
          ? reading({ ...base, kind: 'crossed', objects: [{ id: null, isPerson: true }], direction: null })
          : reading({ kind: 'ignored', why: 'notPerson' });
      if (active === undefined) return malformed('message.data.active', 'expected', { expected: 'trueOrFalse' });
      if (!active) return reading({ kind: 'ignored', why: 'noEvent' });
      return reading({ ...base, kind: 'crossed', objects: objectsIn(key, data), direction: null });
    }
    case 'field':
      if (active === undefined) return malformed('message.data.active', 'expected', { expected: 'trueOrFalse' });
      return reading({ ...base, kind: 'inside', objects: objectsIn(key, data), inside: active });
    case 'loitering':
      if (active === undefined) return malformed('message.data.active', 'expected', { expected: 'trueOrFalse' });
      return reading({ ...base, kind: 'loitering', objects: objectsIn(key, data), loitering: active });
  }
}

/** People where classes are told apart; a scenario that only counts others says nothing of people. */
function counted(
  base: { ts: number; rule: string; source: string },
  kind: 'counter' | 'occupancy',
  data: Fields,
): Reading<OnvifReading> {
  const people = ['totalHuman', 'human', 'Human', 'totalPerson'].find((name) => data[name] !== undefined);
  const byClass = Object.keys(data).some((name) => /^total[A-Z]/.test(name));
  if (people === undefined && byClass) return reading({ kind: 'ignored', why: 'notPerson' });
  const name = people ?? ['total', 'occupancy', 'count'].find((one) => data[one] !== undefined) ?? 'totalHuman';
  const count = wholeIn(data, [name]);
  if (count === undefined) return malformed(`message.data.${name}`, 'expected', { expected: 'whole0OrMore' });
  return reading({ ...base, kind, count });
}

function connection(value: unknown): Reading<AxisReading> {
  const online = typeof value === 'object' && value !== null ? flagIn(value as Fields, ['connected']) : undefined;
  return online === undefined
    ? malformed('connected', 'expected', { expected: 'trueOrFalse' })
    : reading({ kind: 'connection', online });
}

/** Milliseconds; some say seconds. */
function timeOf(timestamp: string | number): number | undefined {
  if (typeof timestamp === 'string' && !/^\d{9,16}(?:\.\d+)?$/.test(timestamp)) return parseInstant(timestamp);
  const number = Number(timestamp);
  return Math.round(number < 1e11 ? number * 1000 : number);
}
