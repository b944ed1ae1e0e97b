import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Below the range from which Linux (32768 up) and others take the near end of outgoing connections: those come and go unasked. */
const LOWEST = 10_000;
const HIGHEST = 30_000;

/** One file per port that a test process has taken, naming that process: a port is given once, also between processes. */
const CLAIMS = path.join(tmpdir(), `aisle-test-ports-${process.getuid?.() ?? 0}`);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether this process now holds `port`, as against every other test that runs on this machine. */
function claim(port: number): boolean {
  mkdirSync(CLAIMS, { recursive: true });
  const file = path.join(CLAIMS, String(port));
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // What a process that is gone has left is cleared for the next who asks; asking goes on with another port.
    try {
      const owner = Number(readFileSync(file, 'utf8'));
      if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true });
    } catch {
      // Somebody else cleared it.
    }
    return false;
  }
}

/** A server that listens on a free port of its own; the caller closes it. */
export async function listenSomewhere(): Promise<{ server: Server; port: number }> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (!claim(port)) continue;
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (free) return { server, port };
  }
  throw new Error(`no free port from ${LOWEST} to ${HIGHEST}`);
}

/** A port that was free a moment ago, and that no other test is given while this process lives. */
export async function freePort(): Promise<number> {
  const { server, port } = await listenSomewhere();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
