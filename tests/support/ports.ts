import { createServer, type Server } from 'node:net';

/** Below the range from which Linux (32768 up) and others take the near end of outgoing connections: those come and go unasked. */
const LOWEST = 10_000;
const HIGHEST = 30_000;

/** A server that listens on a free port of its own; the caller closes it. */
export async function listenSomewhere(): Promise<{ server: Server; port: number }> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (free) return { server, port };
  }
  throw new Error(`no free port from ${LOWEST} to ${HIGHEST}`);
}

/** A port that was free a moment ago, and that only another server would take. */
export async function freePort(): Promise<number> {
  const { server, port } = await listenSomewhere();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
