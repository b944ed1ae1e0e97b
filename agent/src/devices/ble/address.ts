import { createHmac } from 'node:crypto';

/** A Bluetooth address as `AA:BB:CC:DD:EE:FF`, from that, with dashes, without any, or in small letters; else undefined. */
export function normalAddress(text: string): string | undefined {
  if (!/^(?:[0-9A-Fa-f]{12}|[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5})$/.test(text))
    return undefined;
  const pairs = text.replace(/[:-]/g, '').toUpperCase().match(/../g);
  return pairs?.join(':');
}

/** The six bytes of an address in the order in which it is written; undefined where it is none. */
export function addressBytes(text: string): Buffer | undefined {
  const normal = normalAddress(text);
  return normal === undefined ? undefined : Buffer.from(normal.replaceAll(':', ''), 'hex');
}

/**
 * Stands for a passer-by's address where only counting matters: the same within one store day, another on the next.
 * `salt` is a secret of at least 16 bytes that is thrown away with its day and never leaves the agent: without it the
 * 2^48 addresses could be tried out. `day` is the store day, `YYYY-MM-DD`. 16 hex digits: chance collisions among
 * a million addresses of a day stay below one in ten million.
 */
export function hashAddress(address: string, salt: Uint8Array, day: string): string {
  if (salt.length < 16) throw new RangeError('salt: expected at least 16 bytes');
  return createHmac('sha256', salt)
    .update(`${day}|${normalAddress(address) ?? address}`)
    .digest('hex')
    .slice(0, 16);
}
