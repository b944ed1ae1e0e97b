import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { airTo } from '../../src/adapters/air.js';
import { CommandCloudLine, FileCloudLine, ProxyCloudLine } from '../../src/adapters/cloud-cut.js';
import { dropInto } from '../../src/adapters/outlet-files.js';

const folder = () => mkdtempSync(path.join(tmpdir(), 'aisle-'));
const heard = (address: string) => ({
  address,
  random: false,
  at: { x: 0, y: 0 },
  powerDbm: -56,
  rssiDbm: -60,
  serviceData: { fcd2: Buffer.from('4006e803', 'hex') },
});
const LINE = '{"address":"A4:C1:38:10:00:04","rssi":-60,"serviceData":{"fcd2":"4006e803"}}\n';
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A server on a socket file, and all that was said to it. */
async function listener(file: string): Promise<{ said: () => string; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  let said = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (data: Buffer) => (said += data.toString()));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(file, resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { said: () => said, close };
}

describe('what is in the air', () => {
  it('goes into a file, a line each', async () => {
    const file = path.join(folder(), 'air');
    const air = airTo(file);
    air.hear(heard('A4:C1:38:10:00:04'));
    await air.close();
    expect(readFileSync(file, 'utf8')).toBe(LINE);
  });

  it('goes to a socket, also to the next one who listens there, and waits for nobody', async () => {
    const file = path.join(folder(), 'air');
    const air = airTo(`unix:${file}`);
    endings.push(() => air.close());
    air.hear(heard('A4:C1:38:10:00:05'));
    for (const round of [1, 2]) {
      const stand = await listener(file);
      await vi.waitFor(
        () => {
          air.hear(heard('A4:C1:38:10:00:04'));
          expect(stand.said(), `round ${round}`).toContain(LINE);
        },
        { timeout: 5000 },
      );
      expect(stand.said()).not.toContain('00:05');
      await stand.close();
    }
  });
});

describe('the line to the cloud', () => {
  it('leads through a port, is cut for those who are there and those who come, and is mended', async () => {
    const cloud: Server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve));
    endings.push(() => cloud.close());
    const { port } = cloud.address() as AddressInfo;
    const line = new ProxyCloudLine({ port: 0, host: '127.0.0.1' }, { port, host: '127.0.0.1' });
    const through = await line.start();
    endings.push(() => line.stop());
    const call = () =>
      new Promise<{ socket: Socket; ended: Promise<void> } | undefined>((resolve) => {
        const socket = connect(through, '127.0.0.1');
        const ended = new Promise<void>((gone) => socket.on('close', () => gone()));
        socket.on('error', () => undefined);
        socket.on('data', () => resolve({ socket, ended }));
        void ended.then(() => resolve(undefined));
        socket.write('hello');
      });
    const first = await call();
    expect(first).toBeDefined();
    line.set(true);
    await first?.ended;
    expect(await call()).toBeUndefined();
    line.set(false);
    expect(await call()).toBeDefined();
  });

  it('is cut by a command with "cut" or "mend" behind it, and complains of one that fails', async () => {
    const file = path.join(folder(), 'said');
    const complaints: string[] = [];
    const line = new CommandCloudLine(`f() { echo "$1" >> ${file}; [ "$1" = cut ]; }; f`, (text) =>
      complaints.push(text),
    );
    line.set(true);
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe('cut\n'));
    line.set(false);
    await vi.waitFor(() => expect(complaints).toEqual(['--cloud-cut ended with 1']));
    expect(readFileSync(file, 'utf8')).toBe('cut\nmend\n');
  });

  it('is cut while a file is there', () => {
    const file = path.join(folder(), 'cut');
    const line = new FileCloudLine(file);
    line.set(true);
    expect(existsSync(file)).toBe(true);
    line.set(false);
    expect(existsSync(file)).toBe(false);
  });
});

it('a till’s file is dropped whole, under its device', () => {
  const into = folder();
  dropInto(into)('till-2', '1.csv', 'Bon;Datum\n');
  expect(readFileSync(path.join(into, 'till-2/1.csv'), 'utf8')).toBe('Bon;Datum\n');
  expect(existsSync(path.join(into, 'till-2/1.csv.part'))).toBe(false);
});
