import type { LiveDevice } from '@aisle/contracts';

/** Whether all devices that have said what they are call themselves simulated (firmware "sim-…"); false while none has. */
export function isSimulated(devices: readonly Pick<LiveDevice, 'firmware'>[]): boolean {
  const said = devices.filter((device) => device.firmware !== undefined);
  return said.length > 0 && said.every((device) => device.firmware?.startsWith('sim-'));
}
