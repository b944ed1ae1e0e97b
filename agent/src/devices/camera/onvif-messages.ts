import type { CameraRule, DeviceEvent, NoticedEvent } from '@aisle/contracts';
import type { DecodeContext, Decoded, Dialect } from '../decode.js';
import { refuse } from '../refusal.js';
import { decodeOnvif, type OnvifEvent } from './onvif.js';

/** What the store file calls a rule whose events are of this kind. */
const RULE_KINDS: Record<OnvifEvent['kind'], CameraRule['kind']> = {
  crossed: 'line',
  counter: 'counter',
  occupancy: 'occupancy',
  inside: 'field',
  loitering: 'loitering',
};
/** What makers call people, parts of them included. */
const PERSON = /^(?:human|humans|person|people|pedestrian|face|humanface|head|body)$/i;

/**
 * Events of ONVIF cameras → what their rules mean for the store. The rules of the store file say which entrance or zone
 * each is about; a rule that it does not know is refused by name. Where a camera says that something is no person, it is
 * of no consequence.
 */
function decode(topic: string, bytes: Uint8Array, context: DecodeContext): Decoded {
  const { device } = context;
  const rules = device.rules ?? [];
  const occupancies = rules.filter(({ kind }) => kind === 'occupancy').map(({ rule }) => rule);
  const read = decodeOnvif(topic, bytes, { occupancy: new Set(occupancies) });
  if (!read.ok) return read;
  const said = read.value;
  const kind = RULE_KINDS[said.kind];
  const rule = rules.find((candidate) => candidate.kind === kind && candidate.rule === said.rule);
  if (!rule) {
    const others = rules.filter((candidate) => candidate.rule === said.rule);
    const known = others.length > 0 ? `; the store file knows it as ${others.map((one) => one.kind).join(', ')}` : '';
    return refuse('unknownSubject', 'rule', `"${said.rule}" is no ${kind} rule of the store file${known}`);
  }
  if ('objectClass' in said && said.objectClass !== null && !PERSON.test(said.objectClass)) return NOTHING;
  const event = eventOf(said, rule, context);
  return event ? { ok: true, events: [event] } : refuse('unknownSubject', 'rule', `"${said.rule}" has no place`);
}
const NOTHING: Decoded = { ok: true, events: [] };

function eventOf(said: OnvifEvent, rule: CameraRule, context: DecodeContext): DeviceEvent | undefined {
  const { device, receivedTs, digest } = context;
  const base = { deviceId: device.id, ts: said.ts, receivedTs, digest };
  if (said.kind === 'crossed') {
    const { entrance, direction } = rule;
    return entrance && direction ? { kind: 'crossing', ...base, entranceId: entrance, direction, count: 1 } : undefined;
  }
  if (said.kind === 'counter') return { kind: 'counted', ...base, rule: rule.rule, count: said.count };
  if (rule.zone === undefined) return undefined;
  const noticed: Omit<NoticedEvent, 'what' | 'objectId' | 'count'> = {
    kind: 'noticed',
    ...base,
    rule: rule.rule,
    zoneId: rule.zone,
  };
  if (said.kind === 'inside')
    return { ...noticed, what: 'inside', objectId: said.objectId, count: said.inside ? 1 : 0 };
  if (said.kind === 'loitering')
    return { ...noticed, what: 'loitering', objectId: said.objectId, count: said.loitering ? 1 : 0 };
  return { ...noticed, what: 'occupancy', objectId: null, count: said.count };
}

/** The camera's MQTT topic prefix is set to the device's id, or the store file names its topics. */
export const onvifDialect: Dialect = { family: 'camera', name: 'onvif', topics: ['{id}/onvif-ej/#'], decode };
