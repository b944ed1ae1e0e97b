import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

const KEY_BYTES = 32;
/** 128 bits: no two of a shop's members share one. */
const HEX_DIGITS = 32;

/**
 * An opted-in member's token → what stands for it in events and facts: HMAC-SHA256 under a key of the shop's own (RFC 2104). The
 * key is made at the first start, lies in the data folder, readable by the agent alone, and is never sent: whoever has the
 * figures cannot find out whose they are, nor join those of two shops. @throws Error when the key cannot be read or made
 */
export function memberHash(dataDir: string): (token: string) => string {
  const key = readOrMake(path.join(dataDir, 'member-key'), 'members are counted anew');
  return (token) =>
    createHmac('sha256', key)
      .update(`member|${token.normalize('NFKC').trim()}`)
      .digest('hex')
      .slice(0, HEX_DIGITS);
}

/**
 * What stands in the address of a file that a screen of another maker fetches, which can send no key: only who was told it can have the file, and
 * it tells nothing of any other. Under a key of its own, so that addresses stay the same after a restart. @throws Error as above
 */
export function fileTicket(dataDir: string): (screenId: string, sha256: string) => string {
  const key = readOrMake(path.join(dataDir, 'target-key'), 'screens of other makers are told new addresses');
  return (screenId, sha256) =>
    createHmac('sha256', key).update(`file|${screenId}|${sha256}`).digest('hex').slice(0, HEX_DIGITS);
}

function readOrMake(file: string, otherwise: string): Buffer {
  const known = read(file, otherwise);
  if (known) return known;
  const key = randomBytes(KEY_BYTES);
  const descriptor = openSync(`${file}.tmp`, 'w', 0o600);
  writeSync(descriptor, `${key.toString('hex')}\n`);
  // What is hashed from now on must be hashed alike after a power cut.
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(`${file}.tmp`, file);
  return key;
}

function read(file: string, otherwise: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${file} is no key: move it away, and ${otherwise}`);
  return Buffer.from(text, 'hex');
}
