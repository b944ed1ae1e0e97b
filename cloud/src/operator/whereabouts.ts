import { AisleError } from '@aisle/contracts';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A command that cannot work as it was given. Exit status 2. */
export class UsageError extends AisleError {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Where the cloud is and by whose right it is asked. */
export interface CloudAccess {
  /** with `/api/v1` */
  apiUrl: string;
  token: string;
  storeId: string | undefined;
}

export interface AccessOptions {
  data?: string | undefined;
  url?: string | undefined;
  token?: string | undefined;
  store?: string | undefined;
}

/** From the options, else from `demo-access.json` of a started system. @throws UsageError */
export function accessOf(options: AccessOptions, environmentToken: string | undefined): CloudAccess {
  if (options.url !== undefined) {
    const token = options.token ?? environmentToken;
    if (token === undefined) throw new UsageError('--url needs --token TOKEN, or the variable AISLE_TOKEN');
    const base = options.url.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
    if (!/^https?:\/\//.test(base)) throw new UsageError(`--url: expected an http address, got "${options.url}"`);
    return { apiUrl: `${base}/api/v1`, token, storeId: options.store };
  }
  const file = path.join(options.data ?? 'data', 'demo-access.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${file} cannot be read (${code ?? 'error'}): start the system with npm start, or name its folder with --data, or its cloud with --url and --token`,
    );
  }
  try {
    const { apiUrl, apiToken, storeId } = JSON.parse(text) as Record<string, unknown>;
    if (typeof apiUrl !== 'string' || typeof apiToken !== 'string' || typeof storeId !== 'string') throw new Error();
    return { apiUrl, token: options.token ?? apiToken, storeId: options.store ?? storeId };
  } catch {
    throw new UsageError(`${file} does not hold apiUrl, apiToken and storeId`);
  }
}
