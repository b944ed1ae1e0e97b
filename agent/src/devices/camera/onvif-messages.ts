import type { CameraRule, DeviceEvent, NoticedEvent } from '@aisle/contracts';
import { ignoring, type DecodeContext, type Decoded, type Dialect, type Ignored } from '../decode.js';
import { refuse } from '../refusal.js';
import type { Reading } from '../wire/reading.js';
import { decodeAxis, isAxisTopic, type AxisReading } from './axis.js';
import { parcelOf, type Parcel } from './onvif-parcel.js';
import { decodeOnvif, pathOfTopic, readEvent, type OnvifEvent, type OnvifRules } from './onvif.js';

/** What the store file calls a rule whose events are of this kind. */
const RULE_KINDS: Record<OnvifEvent['kind'], CameraRule['kind']> = {
  crossed: 'line',
  counter: 'counter',
  occupancy: 'occupancy',
  inside: 'field',
  loitering: 'loitering',
};

/**
 * Events of ONVIF cameras → what their rules mean for the store. The rules of the store file say which entrance or zone
 * each is about; a rule that it does not know is refused by name. What the camera says is no person does not count.
 */
function decode(topic: string, bytes: Uint8Array, context: DecodeContext): Decoded {
  const rules = context.device.rules ?? [];
  const occupancies = rules.filter(({ kind }) => kind === 'occupancy').map(({ rule }) => rule);
  const also = { occupancy: new Set(occupancies) };
  const kindOf = (name: string) => rules.find(({ rule }) => rule === name)?.kind;
  if (isAxisTopic(topic)) return meant(decodeAxis(topic, bytes, kindOf, also), context);
  const parcel = parcelOf(bytes);
  if (!parcel) return meant(decodeOnvif(topic, bytes, also), context);
  return parcel.ok ? several(topic, parcel.value, also, context) : parcel;
}

/** Events that come together: each costs only itself. */
function several(topic: string, { items, refused }: Parcel, also: OnvifRules, context: DecodeContext): Decoded {
  const said: Extract<Decoded, { ok: true }> & { ignored: Ignored[] } = { ok: true, events: [], ignored: [] };
  const refusals = [...refused];
  for (const [at, { path, value, where }] of items.entries()) {
    const own = { ...context, digest: `${context.digest}/${at}` };
    const one = meant(readEvent(path ?? pathOfTopic(topic), value, also), own);
    if (!one.ok) refusals.push({ ...one, field: [where, one.field].filter((part) => part !== '').join('.') });
    else {
      said.events.push(...one.events);
      said.ignored.push(...(one.ignored ?? []));
    }
  }
  const [only] = refusals;
  if (only && said.events.length + said.ignored.length === 0 && refusals.length === 1) return only;
  return { ...said, ...(refusals.length > 0 && { refused: refusals }) };
}

/** What an event means for the store. */
function meant(read: Reading<AxisReading>, context: DecodeContext): Decoded {
  const rules = context.device.rules ?? [];
  if (!read.ok) return read;
  const said = read.value;
  if (said.kind === 'ignored') return ignoring(said.why);
  if (said.kind === 'connection') return connection(said.online, context);
  const kind = RULE_KINDS[said.kind];
  const rule = rules.find((candidate) => candidate.kind === kind && candidate.rule === said.rule);
  if (!rule) {
    const others = rules.filter((candidate) => candidate.rule === said.rule);
    const kinds = others.map((one) => one.kind).join(', ');
    return others.length > 0
      ? refuse('unknownSubject', 'rule', 'ruleOfOtherKind', { rule: said.rule, kind, kinds })
      : refuse('unknownSubject', 'rule', 'noSuchRule', { rule: said.rule, kind });
  }
  const events = eventsOf(said, rule, context);
  if (!events) return refuse('unknownSubject', 'rule', 'ruleWithoutPlace', { rule: said.rule });
  const others = 'objects' in said ? said.objects.filter(({ isPerson }) => !isPerson) : [];
  return { ok: true, events, ignored: others.map((): Ignored => 'notPerson') };
}

function connection(online: boolean, { device, receivedTs, digest }: DecodeContext): Decoded {
  const state = online ? 'online' : 'offline';
  // Without a time of its own, and said again on purpose.
  const own = { deviceId: device.id, ts: receivedTs, receivedTs, digest: `${digest}@${receivedTs}` };
  return { ok: true, events: [{ kind: 'deviceState', ...own, state }] };
}

function eventsOf(said: OnvifEvent, rule: CameraRule, context: DecodeContext): DeviceEvent[] | undefined {
  const { device, receivedTs, digest } = context;
  const base = { deviceId: device.id, ts: said.ts, receivedTs, digest };
  if (said.kind === 'crossed') {
    const { entrance, direction } = rule;
    if (entrance === undefined || direction === undefined) return undefined;
    const count = said.objects.filter(({ isPerson }) => isPerson).length;
    return count === 0 ? [] : [{ kind: 'crossing', ...base, entranceId: entrance, direction, count }];
  }
  if (said.kind === 'counter') return [{ kind: 'counted', ...base, rule: rule.rule, count: said.count }];
  if (rule.zone === undefined) return undefined;
  const noticed: Omit<NoticedEvent, 'what' | 'objectId' | 'count'> = {
    kind: 'noticed',
    ...base,
    rule: rule.rule,
    zoneId: rule.zone,
  };
  if (said.kind === 'occupancy') return [{ ...noticed, what: 'occupancy', objectId: null, count: said.count }];
  const what = said.kind;
  const count = (said.kind === 'inside' ? said.inside : said.loitering) ? 1 : 0;
  const people = said.objects.filter(({ isPerson }) => isPerson);
  return people.map(({ id }, at) => ({
    ...noticed,
    // Each of several is a word of its own.
    ...(at > 0 && { digest: `${digest}/${at}` }),
    what,
    objectId: id,
    count,
  }));
}

/** The camera's MQTT topic prefix is set to the device's id, or the store file names its topics. */
export const onvifDialect: Dialect = {
  family: 'camera',
  name: 'onvif',
  topics: ['{id}/onvif-ej/#', '{id}/event/#'],
  // Rules speak with a clock of whole seconds in many cameras: two people in one second are two.
  singles: 'crossing',
  decode,
};
