import { Type } from '@sinclair/typebox';
import { expects, compile, type DeviceEvent, type DeviceStateEvent } from '@aisle/contracts';
import { below } from '../chatter.js';
import { ignoring, type DecodeContext, type Decoded, type Dialect } from '../decode.js';
import { elsewhere, refuse } from '../refusal.js';
import { readJson, readText } from '../wire/json.js';
import { refused } from '../wire/reading.js';
import { readFrigate, subjectOf, type FrigateEvent } from './frigate.js';

/** Boxes in parts of the picture are taken in a picture of this many pixels each way: a hundred-thousandth is exact. */
const PARTS = 10_000;

/**
 * `PREFIX/events`, which all cameras of an NVR share: people of this camera as they are followed, and in which of the
 * store's zones they stand where the NVR's zones bear their ids. `PREFIX/stats` says every so often that the camera is alive.
 */
function decode(topic: string, bytes: Uint8Array, context: DecodeContext): Decoded {
  if (topic.endsWith('/stats')) return decodeStats(bytes, context);
  if (topic.endsWith('/available')) return decodeAvailable(bytes, context);
  if (topic.endsWith('/status/detect')) return decodeRole(topic, bytes, context);
  if (!topic.endsWith('/events')) return ignoring('chatter');
  const json = readJson(bytes);
  if (!json.ok) return json;
  const about = subjectOf(json.value);
  if (!about.ok) return about;
  const { camera: name, label } = about.value;
  if (name !== nameOf(context)) return elsewhere('after.camera', 'anotherCamera', { name });
  if (label !== 'person') return ignoring('notPerson');
  const read = readFrigate(json.value);
  if (!read.ok) return read;
  const said = read.value;
  if (said.falsePositive) return ignoring('notPerson');
  return { ok: true, events: [...zonesOf(said, context), trackedOf(said, context)] };
}

const nameOf = ({ device }: DecodeContext): string => device.nvrCamera ?? device.id;

function trackedOf(said: FrigateEvent, { device, receivedTs, digest }: DecodeContext): DeviceEvent {
  const parts = said.unit === 'picture';
  // The message does not tell the size of its picture: 0 stands for that of the camera's calibration.
  const size = parts ? PARTS : 0;
  const scale = parts ? PARTS * 10 : 10;
  return {
    kind: 'tracked',
    deviceId: device.id,
    ts: said.ts,
    receivedTs,
    digest,
    objectId: said.id,
    state: said.type,
    width: size,
    height: size,
    foot: [Math.round(said.foot[0] * scale) + 0, Math.round(said.foot[1] * scale) + 0],
  };
}

/** One event for each zone of the store that the person stands in, or has stood in. */
function zonesOf(said: FrigateEvent, { device, store, receivedTs, digest }: DecodeContext): DeviceEvent[] {
  const now = new Set(said.type === 'end' ? [] : said.zones);
  const ever = new Set([...said.zones, ...said.zonesBefore]);
  return (store.file.zones ?? [])
    .filter(({ id }) => ever.has(id))
    .map(({ id }) => ({
      kind: 'noticed' as const,
      deviceId: device.id,
      ts: said.ts,
      receivedTs,
      digest: `${digest}/${id}`,
      rule: id,
      what: 'inside' as const,
      zoneId: id,
      objectId: said.id,
      count: now.has(id) ? 1 : 0,
    }));
}

const camera = compile(Type.Object({ camera_fps: Type.Number({ minimum: 0, ...expects('anyPicturesPerSecond') }) }));
const stats = compile(Type.Record(Type.String(), Type.Unknown(), expects('objectOfFigures')));
const MOST_SECONDS = 8_640_000_000_000;

/**
 * A sign of life of a camera in front of which nobody moves; without pictures it is offline. Cameras stand under `cameras` since 0.13, before
 * that beside `service` and `detectors`.
 */
function decodeStats(bytes: Uint8Array, context: DecodeContext): Decoded {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = stats.check(json.value);
  if (!checked.ok) return refused(checked.problem);
  const all = checked.value;
  const isOlder = !isFields(all['cameras']);
  if (isOlder && !isFields(all['service']) && !isFields(all['detectors']))
    return refuse('malformed', 'cameras', 'missing');
  const cameras = isOlder ? all : (all['cameras'] as Fields);
  const name = nameOf(context);
  if (!Object.hasOwn(cameras, name) || NO_CAMERA.has(isOlder ? name : ''))
    return elsewhere('cameras', 'noCamera', { name });
  const own = camera.check(cameras[name]);
  const where = isOlder ? name : `cameras.${name}`;
  if (!own.ok) return refused(own.problem, where);
  const service = isFields(all['service']) ? all['service'] : {};
  const seconds = service['last_updated'];
  const told = typeof seconds === 'number' && seconds >= 0 && seconds <= MOST_SECONDS ? seconds : undefined;
  const { receivedTs, digest } = context;
  return one(context, {
    ts: told === undefined ? receivedTs : Math.round(told * 1000),
    digest: told === undefined ? `${digest}@${receivedTs}` : digest,
    state: own.value.camera_fps > 0 ? 'online' : 'offline',
    ...(typeof service['version'] === 'string' && { firmware: service['version'].slice(0, 64) }),
  });
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** what stands beside the cameras before 0.13 */
const NO_CAMERA: ReadonlySet<string> = new Set(['service', 'detectors', 'processes', 'cpu_usages', 'gpu_usages']);

const one = (
  { device, receivedTs }: DecodeContext,
  said: Pick<DeviceStateEvent, 'ts' | 'digest' | 'state'> & Partial<DeviceStateEvent>,
): Decoded => ({
  ok: true,
  events: [{ kind: 'deviceState', deviceId: device.id, receivedTs, ...said }],
});

/** Birth, last will, and since 0.17 `stopped` for an end on purpose; said again at every start. */
const AVAILABLE: ReadonlyMap<string, 'online' | 'offline'> = new Map([
  ['online', 'online'],
  ['offline', 'offline'],
  ['stopped', 'offline'],
]);

function decodeAvailable(bytes: Uint8Array, context: DecodeContext): Decoded {
  const text = readText(bytes, 64);
  if (!text.ok) return text;
  const state = AVAILABLE.get(text.value.trim().toLowerCase());
  if (state === undefined) return refuse('malformed', '', 'expected', { expected: 'onlineOfflineStopped' });
  const { receivedTs, digest } = context;
  return one(context, { ts: receivedTs, digest: `${digest}@${receivedTs}`, state });
}

/** `PREFIX/CAMERA/status/detect`, since 0.17: whether the pictures that are looked at arrive. `disabled` is switched off. */
function decodeRole(topic: string, bytes: Uint8Array, context: DecodeContext): Decoded {
  const name = topic.split('/').at(-3) ?? '';
  if (name !== nameOf(context)) return elsewhere('topic', 'anotherCamera', { name });
  const text = readText(bytes, 64);
  if (!text.ok) return text;
  const { receivedTs, digest } = context;
  const state = text.value.trim().toLowerCase() === 'online' ? 'online' : 'offline';
  return one(context, { ts: receivedTs, digest: `${digest}@${receivedTs}`, state });
}

export const frigateDialect: Dialect = {
  family: 'camera',
  name: 'frigate',
  topics: ['frigate/events', 'frigate/stats', 'frigate/available', 'frigate/+/status/detect'],
  // Counts, snapshots, switches, reviews: an NVR says much more of each camera.
  chatter: (_deviceId, topics) => below(topics, ['events', 'stats', 'available']),
  decode,
};
