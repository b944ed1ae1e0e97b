import { createWriteStream, type WriteStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Heard } from '../devices/ble/receiver.js';

const MAX_WAITING_BYTES = 1 << 20;
const AGAIN_MS = 500;

/** Where what an agent's own radio hears goes to: one advertisement a line. What nobody takes is gone, like anything in the air. */
export interface Air {
  hear(heard: Heard): void;
  close(): Promise<void>;
}

/** `--bluez`: a file or named pipe, or `unix:PATH`, the socket of a start's stand-in. */
export const airTo = (where: string): Air =>
  where.startsWith('unix:') ? new AirSocket(where.slice('unix:'.length)) : new AirFile(where);

/** What an agent's own radio hears, in the words of the stand-in for BlueZ (simulators/bluez). */
export const airOf = ({ address, rssiDbm, serviceData, manufacturerData }: Heard) => ({
  address,
  rssi: rssiDbm,
  ...(serviceData && { serviceData: inHex(serviceData) }),
  ...(manufacturerData && { manufacturerData: inHex(manufacturerData) }),
});
const inHex = (data: Readonly<Record<string, Buffer>>) =>
  Object.fromEntries(Object.entries(data).map(([key, bytes]) => [key, bytes.toString('hex')]));

const lineOf = (heard: Heard) => `${JSON.stringify(airOf(heard))}\n`;

class AirFile implements Air {
  private readonly stream: WriteStream;

  constructor(file: string) {
    this.stream = createWriteStream(file, { flags: 'a' });
    this.stream.on('error', () => undefined);
  }

  hear(heard: Heard): void {
    if (this.stream.writableLength < MAX_WAITING_BYTES) this.stream.write(lineOf(heard));
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.stream.end(() => resolve()));
  }
}

/** Connects again whenever the other end has gone. */
class AirSocket implements Air {
  private socket: Socket | undefined;
  private connected = false;
  private again: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly path: string) {
    this.open();
  }

  hear(heard: Heard): void {
    if (this.connected && this.socket && this.socket.writableLength < MAX_WAITING_BYTES)
      this.socket.write(lineOf(heard));
  }

  close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.again);
    this.socket?.destroy();
    return Promise.resolve();
  }

  private open(): void {
    const socket = connect(this.path);
    this.socket = socket;
    socket.on('connect', () => (this.connected = true));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.connected = false;
      if (!this.closed) this.again = setTimeout(() => this.open(), AGAIN_MS);
    });
  }
}
