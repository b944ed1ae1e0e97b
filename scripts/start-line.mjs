/** The line from the agent to the cloud in a trial: it is cut while a file of that name exists. */
import { existsSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const LOOK_MS = 100;

/** @param {{host: string, port: number, cutFile: string}} options the cloud's port. @returns the port that leads there */
export async function openLine({ host, port, cutFile }) {
  const sockets = new Set();
  let cut = false;
  rmSync(cutFile, { force: true });
  const server = createServer((near) => {
    if (cut) return near.destroy();
    const far = connect(port, host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  setInterval(() => {
    cut = existsSync(cutFile);
    if (cut) for (const socket of sockets) socket.destroy();
  }, LOOK_MS).unref();
  server.unref();
  return server.address().port;
}
