import { createHash, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import type { Random } from '../ports/index.js';

/**
 * One of the settings of equal strength that OWASP's Password Storage Cheat Sheet names for scrypt: 32 MiB, about 150 ms. The
 * parameters are stored, so raising them later breaks no hash.
 */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const MAX_MEMORY = 128 * 1024 * 1024;

/** `scrypt$N$r$p$salt$key`, a salt of its own for every password. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = Buffer.from(random.secretBytes(16));
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Constant-time; a hash that cannot be read is never a match. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, n, r, p, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || !n || !r || !p || !salt || !key) return false;
  const expected = Buffer.from(key, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(n), r: Number(r), p: Number(p) });
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** Made with less work than is asked for today: to be made anew at the next log-in, when the password is at hand. */
export function isWeak(stored: string): boolean {
  const [scheme, n, r, p] = stored.split('$');
  return scheme !== 'scrypt' || Number(n) * Number(r) * Number(p) < COST.N * COST.r * COST.p;
}

function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { ...cost, maxmem: MAX_MEMORY }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

/** For random secrets of at least 128 bits (tokens, agents): a slow hash would add nothing to those. */
export const sha256 = (secret: string | Buffer): string => createHash('sha256').update(secret).digest('hex');

/** Compares two hex digests in constant time. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length > 0 && left.length === right.length && timingSafeEqual(left, right);
}
