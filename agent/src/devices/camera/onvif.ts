import { Type } from '@sinclair/typebox';
import { compile } from '@aisle/contracts';
import { refuse } from '../refusal.js';
import { readJson } from '../wire/json.js';
import { malformed, reading, refused, type Reading } from '../wire/reading.js';
import { parseInstant } from '../wire/time.js';

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
        /** something crossed the rule's line in the direction that the rule watches */
        kind: 'crossed';
        objectId: string | null;
        /** what kind of object the camera takes it for, such as `Human`; null where it does not say */
        objectClass: string | null;
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
    | { kind: 'inside'; objectId: string | null; objectClass: string | null; inside: boolean }
    | { kind: 'loitering'; objectId: string | null; objectClass: string | null; loitering: boolean }
  );

const Items = Type.Record(Type.String(), Type.Unknown(), { description: 'an object' });
const Message = Type.Object({
  UtcTime: Type.String({ maxLength: 48, description: 'an ISO 8601 time with a zone' }),
  Source: Type.Optional(Items),
  Key: Type.Optional(Items),
  Data: Type.Optional(Items),
  PropertyOperation: Type.Optional(Type.String({ maxLength: 32 })),
});
const schema = compile(Message);
type Fields = Readonly<Record<string, unknown>>;

const MARK = 'onvif-ej/';
const VIDEO_SOURCES = ['VideoSource', 'VideoSourceConfigurationToken', 'VideoSourceToken', 'VideoSourceConfiguration'];
const MOST_COUNT = 1e9;

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

/** One ONVIF event → what happened. `rules` says which counters are occupancies, where a maker sends both under one topic. */
export function decodeOnvif(
  topic: string,
  bytes: Uint8Array,
  rules: { occupancy?: ReadonlySet<string> } = {},
): Reading<OnvifEvent> {
  const mark = topic.indexOf(MARK);
  if (mark < 0 || (mark > 0 && topic[mark - 1] !== '/')) return refuse('topic', '', 'is no ONVIF event in JSON');
  const path = topic.slice(mark + MARK.length);
  const kind = kindOf(path);
  if (kind === undefined)
    return refuse('unsupported', '', `events of "${path.split('/', 3).join('/').slice(0, 80)}" are not read`);
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = schema.check(json.value);
  if (!checked.ok) return refused(checked.problem);
  const { UtcTime, Source = {}, Key = {}, Data = {}, PropertyOperation } = checked.value;
  const ts = parseInstant(UtcTime);
  if (ts === undefined) return malformed('UtcTime', 'expected an ISO 8601 time with a zone');
  const ended = PropertyOperation === 'Deleted';
  if (ended && kind !== 'inside' && kind !== 'loitering')
    return refuse('unsupported', 'PropertyOperation', 'says that a property ended');
  const rule = textIn(Source, ['Rule', 'RuleName']) ?? ruleInTopic(path);
  const base: Base = { ts, rule, source: textIn(Source, VIDEO_SOURCES) ?? '' };
  const objectId = textIn(Key, ['ObjectId', 'ObjectID']) ?? textIn(Data, ['ObjectId', 'ObjectID']) ?? null;
  const objectClass = classIn(Data);
  switch (kind) {
    case 'crossed':
      return reading({ ...base, kind, objectId, objectClass, direction: textIn(Data, ['Direction']) ?? null });
    case 'counter':
    case 'occupancy': {
      const count = wholeIn(Data, ['Count', 'Occupancy', 'Counter']);
      if (count === undefined) return malformed('Data.Count', 'expected a whole number, 0 or more');
      return reading({
        ...base,
        kind: kind === 'occupancy' || rules.occupancy?.has(rule) ? 'occupancy' : 'counter',
        count,
      });
    }
    case 'inside': {
      // An object that the camera has lost is inside no more.
      const inside = ended ? false : flagIn(Data, ['IsInside', 'State']);
      if (inside === undefined) return malformed('Data.IsInside', 'expected true or false');
      return reading({ ...base, kind, objectId, objectClass, inside });
    }
    case 'loitering': {
      const loitering = ended ? false : flagIn(Data, ['IsLoitering', 'State']);
      if (loitering === undefined && Data['Since'] === undefined)
        return malformed('Data.State', 'expected true or false');
      return reading({ ...base, kind, objectId, objectClass, loitering: loitering ?? true });
    }
  }
}

/** The rule's name stands last in the topic, behind the video source (`&1`). */
function ruleInTopic(path: string): string {
  const parts = path.split('/').slice(3);
  const last = parts.at(-1) ?? '';
  return /^&\d+$/.test(last) ? '' : last.slice(0, 128);
}

/** The first of the names that holds a text or a number, as text. */
function textIn(fields: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    if (typeof value === 'string' && value !== '' && value.length <= 128) return value;
  }
  return undefined;
}

function wholeIn(fields: Fields, names: readonly string[]): number | undefined {
  const name = names.find((candidate) => fields[candidate] !== undefined);
  const value = name === undefined ? undefined : fields[name];
  const count = typeof value === 'string' && /^\d{1,10}$/.test(value.trim()) ? Number(value) : value;
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MOST_COUNT ? count : undefined;
}

function flagIn(fields: Fields, names: readonly string[]): boolean | undefined {
  const name = names.find((candidate) => fields[candidate] !== undefined);
  const value = name === undefined ? undefined : fields[name];
  if (value === true || value === 1 || value === '1') return true;
  if (value === false || value === 0 || value === '0') return false;
  if (typeof value !== 'string') return undefined;
  return /^true$/i.test(value) ? true : /^false$/i.test(value) ? false : undefined;
}

/** `Data.ClassTypes: "Human"`, or the tree that Bosch sends: `Data.Object.Appearance.Class.Type`, plain or with a likelihood. */
function classIn(data: Fields): string | null {
  const plain = textIn(data, ['ClassTypes', 'ObjectClass', 'ClassType', 'Class']);
  if (plain !== undefined) return plain;
  let node: unknown = data['Object'];
  for (const name of ['Appearance', 'Class', 'Type']) node = inside(node, name);
  if (Array.isArray(node)) node = (node as unknown[])[0];
  const type = typeof node === 'string' ? node : (inside(node, '#text') ?? inside(node, 'Value'));
  return typeof type === 'string' && type.length <= 64 ? type : null;
}

const inside = (node: unknown, name: string): unknown =>
  typeof node === 'object' && node !== null && Object.hasOwn(node, name) ? (node as Fields)[name] : undefined;
