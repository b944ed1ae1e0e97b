import { networkInterfaces } from 'node:os';

const ANY = new Set(['0.0.0.0', '::']);

/**
 * The address by which devices of the shop reach this machine: the one it listens on, or where it listens on all, its
 * first in the local network.
 */
export function ownAddress(host: string): string {
  if (!ANY.has(host)) return host;
  const addresses = Object.values(networkInterfaces()).flatMap((own) => own ?? []);
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}
