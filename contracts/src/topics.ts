/** MQTT topics, in one place. */

export const DEVICE_ROOT = 'aisle/v1/devices';
export const deviceTopic = (deviceId: string, channel: string): string => `${DEVICE_ROOT}/${deviceId}/${channel}`;

/** Pictures, under `camera/frame/{ts}`: the agent looks at them, and forwards and keeps none. */
export const FRAME_CHANNEL = 'camera/frame';
/** What a screen shall show now. */
export const SHOW_CHANNEL = 'screen/show';

/** `aisle/v1/devices/cam-1/camera/positions` → { deviceId: "cam-1", channel: "camera/positions" } */
export function parseDeviceTopic(topic: string): { deviceId: string; channel: string } | undefined {
  if (!topic.startsWith(`${DEVICE_ROOT}/`)) return undefined;
  const end = topic.indexOf('/', DEVICE_ROOT.length + 1);
  if (end < 0 || end === DEVICE_ROOT.length + 1 || end === topic.length - 1) return undefined;
  return { deviceId: topic.slice(DEVICE_ROOT.length + 1, end), channel: topic.slice(end + 1) };
}

/** Between an agent and the cloud. Up: the agent publishes. Down: it subscribes. */
export const UP_CHANNELS = ['hello', 'facts', 'inbox-ack', 'live', 'status'] as const;
export const DOWN_CHANNELS = ['welcome', 'ack', 'inbox', 'watch', 'asked'] as const;
export type UpChannel = (typeof UP_CHANNELS)[number];
export type DownChannel = (typeof DOWN_CHANNELS)[number];
export const upTopic = (storeId: string, channel: UpChannel): string => `aisle/v1/stores/${storeId}/up/${channel}`;
export const downTopic = (storeId: string, channel: DownChannel | '+'): string =>
  `aisle/v1/stores/${storeId}/down/${channel}`;

export function parseUpTopic(topic: string): { storeId: string; channel: UpChannel } | undefined {
  const parts = topic.split('/');
  const channel = parts[5] as UpChannel;
  if (parts.length !== 6 || parts[0] !== 'aisle' || parts[1] !== 'v1' || parts[2] !== 'stores' || parts[4] !== 'up')
    return undefined;
  return parts[3] && UP_CHANNELS.includes(channel) ? { storeId: parts[3], channel } : undefined;
}
