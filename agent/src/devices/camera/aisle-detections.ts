import { CameraDetections, compile, MICRO, type DetectionsEvent } from '@aisle/contracts';
import type { DecodeContext } from '../decode.js';
import type { NativeDecoded } from '../native.js';
import { refused } from '../wire/reading.js';

const schema = compile(CameraDetections);
const tenths = (pixels: number): number => Math.round(pixels * 10) + 0;

/** `camera/detections`: people in pixels of the picture, in tenths from here on. Whoever has no foot stands at the middle of the lower edge. */
export function detections(value: unknown, context: DecodeContext): NativeDecoded<DetectionsEvent> {
  const checked = schema.check(value);
  if (!checked.ok) return refused(checked.problem);
  const { ts, width, height, boxes } = checked.value;
  const { digest, receivedTs, device } = context;
  return {
    ok: true,
    event: {
      kind: 'detections',
      deviceId: device.id,
      ts,
      receivedTs,
      digest,
      width,
      height,
      boxes: boxes.map(({ x, y, w, h, score, foot = [x + w / 2, y + h] }) => [
        tenths(x),
        tenths(y),
        Math.max(1, tenths(w)),
        Math.max(1, tenths(h)),
        Math.round(score * MICRO),
        tenths(foot[0]),
        tenths(foot[1]),
      ]),
    },
  };
}
