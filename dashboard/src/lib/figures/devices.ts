import type { LiveDevice } from '@aisle/contracts';

/**
 * Whether what the shop tells is made up: every device that has ever said anything says so of its data, whatever it calls its firmware.
 * False while none has spoken.
 */
export function isSimulated(devices: readonly Pick<LiveDevice, 'simulated' | 'lastSeenTs'>[]): boolean {
  const heard = devices.filter((device) => device.lastSeenTs !== null);
  return heard.length > 0 && heard.every((device) => device.simulated === true);
}
