import { CameraCrossings, compile, type CrossingEvent } from '@aisle/contracts';
import type { DecodeContext, Dialect } from '../decode.js';
import { refuse } from '../refusal.js';
import { nativeDialect, type NativeDecoded, type NativeDecoder } from '../native.js';
import { detections } from './aisle-detections.js';
import { positions } from './aisle-positions.js';
import { refused } from '../wire/reading.js';

const crossings = compile(CameraCrossings);

/** `camera/crossings`: a counter over an entrance, or a camera that counts by itself. */
export function crossingEvent(value: unknown, context: DecodeContext): NativeDecoded<CrossingEvent> {
  const checked = crossings.check(value);
  if (!checked.ok) return refused(checked.problem);
  const { ts, entrance, direction, count } = checked.value;
  if (!context.store.lines.has(entrance)) return refuse('unknownSubject', 'entrance', 'noSuchEntrance');
  const { digest, receivedTs, device } = context;
  return {
    ok: true,
    event: { kind: 'crossing', deviceId: device.id, ts, receivedTs, digest, entranceId: entrance, direction, count },
  };
}

export const cameraDialect: Dialect = nativeDialect(
  'camera',
  new Map<string, NativeDecoder>([
    ['camera/positions', positions],
    ['camera/detections', detections],
    ['camera/crossings', crossingEvent],
  ]),
);
