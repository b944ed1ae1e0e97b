/** What beacons and phones advertise. */

/** Apple's company number in Bluetooth's list. */
export const APPLE = 0x004c;

/** Apple's manufacturer data behind the company number (Proximity Beacon Specification R1). `power`: dBm at one metre. */
export function ibeacon(uuid: string, major: number, minor: number, power: number): Buffer {
  const data = Buffer.alloc(23);
  data.set([0x02, 0x15]);
  data.write(uuid.replaceAll('-', ''), 2, 'hex');
  data.writeUInt16BE(major, 18);
  data.writeUInt16BE(minor, 20);
  data.writeInt8(power, 22);
  return data;
}

/** Service data of `feaa`: namespace of ten bytes and instance of six, in hex. `power`: dBm at no distance. */
export const eddystoneUid = (namespace: string, instance: string, power: number): Buffer =>
  Buffer.concat([Buffer.from([0x00, power & 0xff]), Buffer.from(namespace + instance, 'hex'), Buffer.alloc(2)]);

/** Service data of `feaa`: telemetry, unencrypted. Times in tenths of a second as the frame has them. */
export function eddystoneTlm(millivolts: number, celsius: number, adverts: number, uptimeMs: number): Buffer {
  const data = Buffer.alloc(14);
  data.writeUInt8(0x20, 0);
  data.writeUInt16BE(millivolts, 2);
  data.writeInt16BE(Math.round(celsius * 256), 4);
  data.writeUInt32BE(adverts, 6);
  data.writeUInt32BE(Math.floor(uptimeMs / 100), 10);
  return data;
}

/** A phone in somebody's pocket: Apple's "nearby" message, whose bytes change with the address. */
export const nearby = (secret: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0x10, 0x05, 0x03, 0x1c]), secret.subarray(0, 3)]);
