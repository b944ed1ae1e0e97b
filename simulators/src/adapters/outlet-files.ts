import { createWriteStream, mkdirSync, renameSync, writeFileSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import type { Heard } from '../devices/ble/receiver.js';
import type { FileDrop } from '../devices/till/file-till.js';

/** `FOLDER/{deviceId}/NAME`, as tills do: under another name until it is whole. */
export const dropInto =
  (folder: string): FileDrop =>
  (deviceId, name, text) => {
    const own = path.join(folder, deviceId);
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, `${name}.part`), text);
    renameSync(path.join(own, `${name}.part`), path.join(own, name));
  };

/** What an agent's own radio hears, in the words of the stand-in for BlueZ (simulators/bluez). */
export const airOf = ({ address, rssiDbm, serviceData, manufacturerData }: Heard) => ({
  address,
  rssi: rssiDbm,
  ...(serviceData && { serviceData: inHex(serviceData) }),
  ...(manufacturerData && { manufacturerData: inHex(manufacturerData) }),
});
const inHex = (data: Readonly<Record<string, Buffer>>) =>
  Object.fromEntries(Object.entries(data).map(([key, bytes]) => [key, bytes.toString('hex')]));

/** One advertisement a line into a file or a named pipe, from which the stand-in for BlueZ reads. */
export class AirFile {
  private readonly stream: WriteStream;

  constructor(file: string) {
    this.stream = createWriteStream(file, { flags: 'a' });
    this.stream.on('error', () => undefined);
  }

  hear(heard: Heard): void {
    // Nobody reads: what was in the air is gone.
    if (this.stream.writableLength < 1 << 20) this.stream.write(`${JSON.stringify(airOf(heard))}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.stream.end(() => resolve()));
  }
}
