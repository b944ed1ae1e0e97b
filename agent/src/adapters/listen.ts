import type { Server } from 'node:net';
import { StartError } from '../ports/errors.js';

/** Listens. @throws StartError that names port and option when it cannot */
export function listen(server: Server, port: number, host: string, key: string, option: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code ?? error.message})`;
      reject(
        new StartError(
          'portInUse',
          `port ${port} on ${host} ${why}: choose another with ${option} (${key} in agent.json)`,
        ),
      );
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}
