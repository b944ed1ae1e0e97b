import { DEVICE_ROOT, parseDeviceTopic, type DeviceEvent, type DeviceFamily } from '@aisle/contracts';
import type { DecodeContext, Dialect } from './decode.js';
import { refuse, type Refusal } from './refusal.js';
import { readJson } from './wire/json.js';

/** One JSON message of the native dialect → one event. */
export type NativeDecoded<E extends DeviceEvent = DeviceEvent> = { ok: true; event: E } | Refusal;
export type NativeDecoder = (value: unknown, context: DecodeContext) => NativeDecoded;

/** The native dialect of a family: JSON under the device's own root, one decoder for each channel. */
export function nativeDialect(family: DeviceFamily | undefined, channels: ReadonlyMap<string, NativeDecoder>): Dialect {
  return {
    family,
    name: 'aisle',
    topics: [...channels.keys()].map((channel) => `${DEVICE_ROOT}/{id}/${channel}`),
    decode(topic, bytes, context) {
      const decoder = channels.get(parseDeviceTopic(topic)?.channel ?? '');
      if (!decoder) return refuse('topic', '', 'noChannel');
      const json = readJson(bytes);
      if (!json.ok) return json;
      const decoded = decoder(json.value, context);
      return decoded.ok ? { ok: true, events: [decoded.event] } : decoded;
    },
  };
}
