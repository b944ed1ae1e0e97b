import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AisleError, parseStoreFile, type StoreFile } from '@aisle/contracts';
import { parseBehaviour, type Behaviour } from '../settings/behaviour.js';

/** Something the person who started us can put right: told in one line, without a stack. */
export class UsageError extends AisleError {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** What a start of the system wrote for whoever wants to use it. */
export interface Access {
  readonly storeId: string;
  readonly apiUrl: string;
  readonly apiToken: string;
  readonly storeMqttUrl: string;
  readonly storeMqttUsername: string;
  readonly storeMqttPassword: string;
  /** the agent's own pages, for its metrics */
  readonly agentUrl?: string;
  readonly agentLocalSecret?: string;
  /** a system that was started for trials: its agent takes the time from the run, its line to the cloud is cut by a file */
  readonly trial?: { readonly clock: boolean; readonly cloudLineCutFile: string };
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
};

export const readStore = (file: string): StoreFile =>
  parseStoreFile(read(file), file, (name) => readFileSync(path.join(path.dirname(file), name)));
export const readBehaviour = (file: string): Behaviour =>
  parseBehaviour(read(file), file, (name) => read(path.join(path.dirname(file), name)));
/** `shop.yaml` → `shop.behaviour.yaml` beside it, if there is one. */
export const fileBeside = (shop: string, what: string): string | undefined => {
  const file = shop.replace(/\.ya?ml$/, `.${what}.yaml`);
  return file !== shop && existsSync(file) ? file : undefined;
};
export const readText = read;
export const fileExists = existsSync;

export function readAccess(file: string): Access {
  let raw: Partial<Record<keyof Access, unknown>>;
  try {
    raw = JSON.parse(read(file)) as typeof raw;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`);
  }
  for (const key of [
    'storeId',
    'apiUrl',
    'apiToken',
    'storeMqttUrl',
    'storeMqttUsername',
    'storeMqttPassword',
  ] as const) {
    if (typeof raw[key] !== 'string') throw new UsageError(`${file}: ${key} is missing`);
  }
  return raw as Access;
}

/** A file in `simulators/shops/`, from the sources as from the bundle. */
export function shopFile(name: string): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'simulators/shops', name);
    try {
      readFileSync(file);
      return file;
    } catch {
      if (path.dirname(folder) === folder)
        throw new UsageError(`simulators/shops/${name} is missing; name another with an option`);
    }
  }
}
