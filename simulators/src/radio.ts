/**
 * The agent's own radio in a simulated shop: a bus with a stand-in for BlueZ, and a socket that tells it what is in the air.
 * `node radio.mjs DIR BLUEZ`: DIR/bus is for `DBUS_SYSTEM_BUS_ADDRESS`, DIR/air takes lines of JSON (see fake_bluez.py), BLUEZ is the
 * folder of bus.conf and fake_bluez.py. Says `ready`; ends with 0 when it is told to, with 1 when one of the two processes ends.
 */
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { FakeBluez } from './adapters/fake-bluez.js';

const [dir = '', bluezFolder = ''] = process.argv.slice(2);
let ending = false;

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  await bluez.stop();
  process.exit(code);
}

const bluez = new FakeBluez(path.resolve(bluezFolder), path.resolve(dir), (what) => {
  process.stderr.write(`${what} has ended\n`);
  void end(1);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));
// The starter holds our standard input: when it is gone, however it ended, nobody would ever stop us.
if (process.env['AISLE_SUPERVISED']) process.stdin.on('end', () => void end(0)).resume();

const air = createServer((socket) => {
  socket.on('error', () => undefined);
  // Whole lines only: two who tell of the air at once must not fall into each other's words.
  createInterface({ input: socket }).on('line', (line) => bluez.air(`${line}\n`));
});
air.on('error', (error) => {
  process.stderr.write(`${path.join(dir, 'air')}: ${error.message}\n`);
  void end(1);
});
try {
  await bluez.start();
  rmSync(path.join(dir, 'air'), { force: true });
  air.listen(path.join(dir, 'air'), () => process.stdout.write('ready\n'));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  await end(1);
}
