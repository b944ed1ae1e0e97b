import { Type } from '@sinclair/typebox';
import { expects, compile } from '@aisle/contracts';
import type { Ignored } from '../decode.js';
import { refuse } from '../refusal.js';
import { readJson } from '../wire/json.js';
import { malformed, reading, refused, type Reading } from '../wire/reading.js';
import { parseInstant } from '../wire/time.js';
import { flagIn, objectsIn, textIn, wholeIn, type Fields, type SeenObject } from './onvif-objects.js';

/**
 * Cameras that analyse by themselves and send ONVIF events as JSON: `PREFIX/onvif-ej/RuleEngine/LineDetector/Crossed/&1/RULE`
 * with `{"UtcTime","Source":{…},"Key":{…},"Data":{…}}`. Some makers put numbers in quotes, some do not.
 * Source: ONVIF Core Specification, "Event Broker" (JSON, topic prefix onvif-ej); ONVIF Analytics Service Specification,
 * annex "Rules" (LineDetector, CountAggregation, FieldDetector, LoiteringDetector); ONVIF Profile M.
 */
interface Base {
  /** epoch ms, UTC */
  ts: number;
  /** name of the rule as it was set in the camera; empty where the maker leaves it out */
  rule: string;
  /** token of the video source; empty where the maker leaves it out */
  source: string;
}
export type OnvifEvent = Base &
  (
    | {
        /** these crossed the rule's line in the direction that the rule watches */
        kind: 'crossed';
        objects: SeenObject[];
        /** as the maker says it; most have one rule for each direction instead */
        direction: string | null;
      }
    | {
        /** how many have crossed so far: see domain/smart/counters.ts for what changed */
        kind: 'counter';
        count: number;
      }
    | {
        /** how many are inside now */
        kind: 'occupancy';
        count: number;
      }
    | { kind: 'inside'; objects: SeenObject[]; inside: boolean }
    | { kind: 'loitering'; objects: SeenObject[]; loitering: boolean }
  );
/** What an event says; or that it is understood and says nothing that counts. */
export type OnvifReading = OnvifEvent | { kind: 'ignored'; why: Ignored };

const Items = Type.Record(Type.String(), Type.Unknown(), expects('object'));
const Message = Type.Object({
  UtcTime: Type.String({ maxLength: 48, ...expects('isoTimeWithZone') }),
  Source: Type.Optional(Items),
  Key: Type.Optional(Items),
  Data: Type.Optional(Items),
  PropertyOperation: Type.Optional(Type.String({ maxLength: 32 })),
});
const schema = compile(Message);

/** One event, whatever it was wrapped in. */
export interface OnvifParts {
  ts: number;
  /** behind the maker's prefix, such as `RuleEngine/LineDetector/Crossed/&1/RULE` */
  path: string;
  source: Fields;
  key: Fields;
  data: Fields;
  /** `Initialized`, `Changed`, `Deleted`, as far as it is told */
  operation: string | undefined;
}
/** Counters that are occupancies, where a maker sends both under one topic. */
export interface OnvifRules {
  occupancy?: ReadonlySet<string>;
}

const MARK = 'onvif-ej/';
const VIDEO_SOURCES = ['VideoSource', 'VideoSourceConfigurationToken', 'VideoSourceToken', 'VideoSourceConfiguration'];
/** What makers call it that the rule's state is on. */
const STATES = ['State', 'IsCrossed', 'Crossed', 'IsActive', 'Active', 'active', 'LogicalState'];
/** ONVIF's own roots of topics, and detectors of which nothing is of use here: every camera speaks on some of them. */
const OTHER_ROOTS =
  /^(?:AccessControl|AccessPoint|AudioAnalytics|AudioSource|Configuration|ConfigurationChanged|Credential|Device|DeviceIO|Door|Media|Monitoring|PTZController|Recording\w*|Schedule|UserAlarm|VideoAnalytics|VideoEncoder|VideoSource)$/;
const OTHER_DETECTORS =
  /^(?:Cell\w*|Motion\w*|Tamper\w*|\w*SceneChange\w*|Face\w*|LicensePlate\w*|Radiometry\w*|Recognition|SignalLoss|SoundDetector|Audio\w*)$/;

/** What kind of event a topic announces; undefined for one that says nothing about people on the floor. */
function kindOf(path: string): OnvifEvent['kind'] | undefined {
  const [engine, detector = '', event = ''] = path.split('/');
  if (engine !== 'RuleEngine') return undefined;
  if (detector === 'LineDetector' && event === 'Crossed') return 'crossed';
  if (detector === 'CountAggregation') {
    if (event === 'Counter') return 'counter';
    if (/^Occupancy/i.test(event)) return 'occupancy';
  }
  if (detector === 'ObjectCounter' && /^Occupancy/i.test(event)) return 'occupancy';
  if (detector === 'FieldDetector' && event === 'ObjectsInside') return 'inside';
  if (detector === 'LoiteringDetector' || (detector === 'FieldDetector' && event === 'Loitering')) return 'loitering';
  return undefined;
}

/** One ONVIF event → what happened. */
export function decodeOnvif(topic: string, bytes: Uint8Array, rules: OnvifRules = {}): Reading<OnvifReading> {
  const mark = topic.indexOf(MARK);
  if (mark < 0 || (mark > 0 && topic[mark - 1] !== '/')) return refuse('topic', '', 'notOnvif');
  const path = topic.slice(mark + MARK.length);
  if (isChatter(path)) return reading({ kind: 'ignored', why: 'chatter' });
  const json = readJson(bytes);
  return json.ok ? readEvent(path, json.value, rules) : json;
}

/** What of a topic stands behind the maker's prefix; empty where it is only the prefix. */
export const pathOfTopic = (topic: string): string => /(?:^|\/)onvif-ej\/(.*)$/.exec(topic)?.[1] ?? '';

/** One event that is data already. @param path behind the maker's prefix */
export function readEvent(path: string, value: unknown, rules: OnvifRules = {}): Reading<OnvifReading> {
  if (isChatter(path)) return reading({ kind: 'ignored', why: 'chatter' });
  const checked = schema.check(value);
  if (!checked.ok) return refused(checked.problem);
  const { UtcTime, Source: source = {}, Key: key = {}, Data: data = {}, PropertyOperation } = checked.value;
  const ts = parseInstant(UtcTime);
  if (ts === undefined) return malformed('UtcTime', 'expected', { expected: 'isoTimeWithZone' });
  return readOnvif({ ts, path, source, key, data, operation: PropertyOperation }, rules);
}

/** Whether a topic is one on which cameras tell what is of no use here. */
export function isChatter(path: string): boolean {
  const [root = '', detector = ''] = path.split('/');
  return OTHER_ROOTS.test(root) || (root === 'RuleEngine' && OTHER_DETECTORS.test(detector));
}

/** What an event says. */
export function readOnvif(parts: OnvifParts, rules: OnvifRules = {}): Reading<OnvifReading> {
  const { ts, path, source, key, data, operation } = parts;
  const kind = kindOf(path);
  if (kind === undefined)
    return refuse('unsupported', '', 'eventsNotRead', { topic: path.split('/', 3).join('/').slice(0, 80) });
  const ended = isOperation(operation, 'deleted');
  if (ended && kind !== 'inside' && kind !== 'loitering') return reading({ kind: 'ignored', why: 'noEvent' });
  const rule = textIn(source, ['Rule', 'RuleName']) ?? ruleInTopic(path);
  const base: Base = { ts, rule, source: textIn(source, VIDEO_SOURCES) ?? '' };
  switch (kind) {
    case 'crossed':
      return crossed(base, parts);
    case 'counter':
    case 'occupancy': {
      const count = wholeIn(data, ['Count', 'Occupancy', 'Counter']);
      if (count === undefined) return malformed('Data.Count', 'expected', { expected: 'whole0OrMore' });
      return reading({
        ...base,
        kind: kind === 'occupancy' || rules.occupancy?.has(rule) ? 'occupancy' : 'counter',
        count,
      });
    }
    case 'inside': {
      // An object that the camera has lost is inside no more.
      const inside = ended ? false : flagIn(data, ['IsInside', 'State']);
      if (inside === undefined) return malformed('Data.IsInside', 'expected', { expected: 'trueOrFalse' });
      return reading({ ...base, kind, objects: objectsIn(key, data), inside });
    }
    case 'loitering': {
      const loitering = ended ? false : flagIn(data, ['IsLoitering', 'State']);
      if (loitering === undefined && data['Since'] === undefined)
        return malformed('Data.State', 'expected', { expected: 'trueOrFalse' });
      return reading({ ...base, kind, objects: objectsIn(key, data), loitering: loitering ?? true });
    }
  }
}

const isOperation = (told: string | undefined, name: 'initialized' | 'deleted'): boolean =>
  told?.trim().toLowerCase() === name;

/** Many cameras raise a flag with somebody who crosses, and take it down a moment later. */
function crossed(base: Base, { key, data, operation }: OnvifParts): Reading<OnvifReading> {
  const name = STATES.find((state) => data[state] !== undefined);
  if (name !== undefined) {
    const flag = flagIn(data, [name]);
    if (flag === undefined) return malformed(`Data.${name}`, 'expected', { expected: 'trueOrFalse' });
    // Whoever connects is told how things stand: nobody has crossed by that. What has no flag has nothing that could stand.
    if (!flag || isOperation(operation, 'initialized')) return reading({ kind: 'ignored', why: 'noEvent' });
  }
  const direction = textIn(data, ['Direction']) ?? null;
  return reading({ ...base, kind: 'crossed', objects: objectsIn(key, data), direction });
}

/** The rule's name stands last in the topic, behind the video source (`&1`). */
function ruleInTopic(path: string): string {
  const parts = path.split('/').slice(3);
  const last = parts.at(-1) ?? '';
  return /^&\d+$/.test(last) ? '' : last.slice(0, 128);
}
