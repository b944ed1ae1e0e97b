import { Type } from '@sinclair/typebox';
import { compile, type DeviceEvent } from '@aisle/contracts';
import type { DecodeContext, Decoded, Dialect } from '../decode.js';
import { elsewhere, refuse } from '../refusal.js';
import { readJson, readText } from '../wire/json.js';
import { refused } from '../wire/reading.js';
import { decodeFrigate, type FrigateEvent } from './frigate.js';

/** Boxes in parts of the picture are taken in a picture of this many pixels each way: a hundred-thousandth is exact. */
const PARTS = 10_000;

/**
 * `PREFIX/events`, which all cameras of an NVR share: people of this camera as they are followed, and in which of the
 * store's zones they stand where the NVR's zones bear their ids. `PREFIX/stats` says every so often that the camera is alive.
 */
function decode(topic: string, bytes: Uint8Array, context: DecodeContext): Decoded {
  if (topic.endsWith('/stats')) return decodeStats(bytes, context);
  if (topic.endsWith('/available')) return decodeAvailable(bytes, context);
  const prefix = topic.endsWith('/events') ? topic.slice(0, -'/events'.length) : 'frigate';
  const read = decodeFrigate(topic, bytes, prefix);
  if (!read.ok) return read;
  const said = read.value;
  if (said.camera !== nameOf(context)) return elsewhere('after.camera', `"${said.camera}" is another camera`);
  if (said.label !== 'person' || said.falsePositive) return { ok: true, events: [] };
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

const Camera = Type.Object({ camera_fps: Type.Number({ minimum: 0, description: 'pictures a second' }) });
const stats = compile(
  Type.Object({
    cameras: Type.Record(Type.String(), Type.Unknown(), { description: 'cameras by name' }),
    service: Type.Optional(
      Type.Object({ last_updated: Type.Optional(Type.Integer({ minimum: 0, maximum: 8_640_000_000_000 })) }),
    ),
  }),
);
const camera = compile(Camera);

/** A sign of life of a camera in front of which nobody moves; without pictures it is offline. */
function decodeStats(bytes: Uint8Array, context: DecodeContext): Decoded {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = stats.check(json.value);
  if (!checked.ok) return refused(checked.problem);
  const name = nameOf(context);
  if (!Object.hasOwn(checked.value.cameras, name)) return elsewhere('cameras', `has no camera "${name}"`);
  const own = camera.check(checked.value.cameras[name]);
  if (!own.ok) return refuse('malformed', `cameras.${name}.${own.problem.field}`, own.problem.message);
  const { device, receivedTs, digest } = context;
  const told = checked.value.service?.last_updated;
  return {
    ok: true,
    events: [
      {
        kind: 'deviceState',
        deviceId: device.id,
        ts: told === undefined ? receivedTs : told * 1000,
        receivedTs,
        digest: told === undefined ? `${digest}@${receivedTs}` : digest,
        state: own.value.camera_fps > 0 ? 'online' : 'offline',
      },
    ],
  };
}

/** The NVR's own last will. */
function decodeAvailable(bytes: Uint8Array, { device, receivedTs, digest }: DecodeContext): Decoded {
  const text = readText(bytes, 64);
  if (!text.ok) return text;
  const state = text.value.trim();
  if (state !== 'online' && state !== 'offline') return refuse('malformed', '', 'expected "online" or "offline"');
  // Said again on purpose at every start.
  const again = `${digest}@${receivedTs}`;
  return {
    ok: true,
    events: [{ kind: 'deviceState', deviceId: device.id, ts: receivedTs, receivedTs, digest: again, state }],
  };
}

export const frigateDialect: Dialect = {
  family: 'camera',
  name: 'frigate',
  topics: ['frigate/events', 'frigate/stats', 'frigate/available'],
  decode,
};
