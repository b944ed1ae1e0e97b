import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadShop, shopId } from './shop-file.js';

/** Accounts of a load's shops, as plain secrets: of the generator alone. The cloud's file holds their hashes. */
export interface LoadAccess {
  apiToken: string;
  /** one for each shop, from the first on */
  passwords: string[];
}
const ORGANISATION = 'load';

/** Beside the provision file. */
export const accessFile = (file: string): string => `${file.replace(/\.json$/, '')}-access.json`;

/**
 * Writes what a fresh cloud needs to know these shops (its provision file, and a folder of store files), and the secrets beside it, mode
 * 0600. What is there already for as many shops is left as it is, so that a cloud that has read it goes on knowing them.
 */
export function provisionLoad(file: string, shops: number): LoadAccess {
  const known = existsSync(accessFile(file)) ? readAccess(file) : undefined;
  if (known && known.passwords.length >= shops && existsSync(file)) return known;
  const passwords = Array.from(
    { length: shops },
    (_, at) => known?.passwords[at] ?? randomBytes(18).toString('base64url'),
  );
  const access = { apiToken: known?.apiToken ?? randomBytes(24).toString('base64url'), passwords };
  const storeFolder = `${file.replace(/\.json$/, '')}-shops`;
  mkdirSync(storeFolder, { recursive: true, mode: 0o700 });
  // JSON is YAML
  for (let at = 0; at < shops; at += 1)
    writeFileSync(path.join(storeFolder, `${shopId(at)}.yaml`), JSON.stringify(loadShop(at)));
  const agents = passwords.map((password, at) => ({
    ...{
      storeId: shopId(at),
      username: userOf(at),
      passwordSha256: createHash('sha256').update(password).digest('hex'),
    },
  }));
  writeFileSync(file, JSON.stringify({ organisation: ORGANISATION, apiToken: access.apiToken, agents, storeFolder }), {
    mode: 0o600,
  });
  writeFileSync(accessFile(file), JSON.stringify(access), { mode: 0o600 });
  return access;
}

/** @throws Error that names the file */
export function readAccess(file: string): LoadAccess {
  const name = accessFile(file);
  try {
    const { apiToken, passwords } = JSON.parse(readFileSync(name, 'utf8')) as Partial<LoadAccess>;
    if (typeof apiToken === 'string' && Array.isArray(passwords)) return { apiToken, passwords };
  } catch (error) {
    throw new Error(
      `${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'no JSON'}): write it with --provision`,
    );
  }
  throw new Error(`${name} does not hold apiToken and passwords`);
}

export const userOf = (at: number): string => `agent:${shopId(at)}`;
