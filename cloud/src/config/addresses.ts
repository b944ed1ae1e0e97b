import { StartError, type CloudConfig } from './cloud-config.js';

/** Where shops and phones reach it, without a slash at its end. Undefined where this machine cannot know by which name. */
export function servedUrl(config: CloudConfig, httpPort: number, hasTls: boolean): string | undefined {
  const { publicUrl, host } = config;
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '');
  if (host === '0.0.0.0' || host === '::') return undefined;
  return `${hasTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${httpPort}`;
}

export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** @throws StartError that says what is wrong with a port or an address, where it is one of what people mend */
export function portProblem(error: unknown, port: number, option: string): never {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') throw new StartError('port', `port ${port} is in use; choose another with ${option}`);
  if (code === 'EACCES')
    throw new StartError('port', `port ${port} may not be used by this user; choose another with ${option}`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    throw new StartError(
      'port',
      `the address for port ${port} is not one of this machine (${(error as Error).message}); see --host`,
    );
  }
  throw error;
}
