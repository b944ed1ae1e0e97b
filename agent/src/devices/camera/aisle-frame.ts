import { DAY_MS, FRAME_CHANNEL, traitsOf } from '@aisle/contracts';
import type { StoreIndex } from '../decode.js';
import { refuse, type Refusal } from '../refusal.js';

const CHANNEL = `${FRAME_CHANNEL}/`;
/** Largest picture that is taken, in bytes. Raising it lets larger ones in and costs memory per camera. */
export const MAX_FRAME_BYTES = 8 << 20;
const MAX_TS = 8_640_000_000_000_000;

/** Whether a channel carries pictures: these go to the detector and never into the journal. */
export const isFrameChannel = (channel: string): boolean => channel.startsWith(CHANNEL);

export type FrameRead = { ok: true; cameraId: string; ts: number } | Refusal;

/** `camera/frame/{ts}`: whose picture it is and of when; the picture itself is not looked at. */
export function readFrame(
  message: { deviceId: string; channel: string; bytes: number; receivedTs: number },
  store: StoreIndex | undefined,
): FrameRead {
  const device = store?.devices.get(message.deviceId);
  if (!device) return refuse('unknownDevice', '', 'notInStoreFile');
  if (device.family !== 'camera') return refuse('topic', '', 'cameraChannel', { family: device.family });
  if (!traitsOf(device).native)
    return refuse('unsupported', '', 'dialectNotRead', { dialect: device.dialect, family: device.family });
  const text = message.channel.slice(CHANNEL.length);
  const ts = Number(text);
  if (!/^\d{1,16}$/.test(text) || ts > MAX_TS) return refuse('malformed', 'ts', 'tsInTopic');
  if (ts > message.receivedTs + DAY_MS) return refuse('future', 'ts', 'refusedAhead');
  if (message.bytes > MAX_FRAME_BYTES) return refuse('picture', '', 'pictureTooLarge', { mib: MAX_FRAME_BYTES >> 20 });
  if (message.bytes === 0) return refuse('picture', '', 'pictureEmpty');
  return { ok: true, cameraId: device.id, ts };
}
