import { crc32 } from 'node:zlib';
import type { StoreFile } from '@aisle/contracts';
import type { EngineSnapshot } from '../domain/engine/engine-api.js';

/** The whole state at one journal sequence, as it lies in the database. */
export interface SavedState {
  engine: EngineSnapshot;
  inboxSeq: number;
  config: { version: number; storeFile: StoreFile } | null;
  parts: Record<string, unknown>;
}

/** In front of the text since 0.2: the CRC-32 of what follows. */
const CHECKED = /^crc32 ([0-9a-f]{8})\n/;

export function stateText(state: SavedState): string {
  const json = JSON.stringify(state);
  return `crc32 ${crc32(json).toString(16).padStart(8, '0')}\n${json}`;
}

/** @throws Error saying what is wrong with it */
export function stateOf(text: string): SavedState {
  const check = CHECKED.exec(text);
  const json = check ? text.slice(check[0].length) : text;
  if (check && crc32(json) !== Number.parseInt(check[1] as string, 16)) throw new Error('its checksum does not fit');
  const state = JSON.parse(json) as Partial<SavedState> | null;
  const { engine, inboxSeq, config, parts } = state ?? {};
  if (typeof engine?.version !== 'number') throw new Error('engine.version: expected a number');
  if (typeof inboxSeq !== 'number') throw new Error('inboxSeq: expected a number');
  if (typeof parts !== 'object' || parts === null) throw new Error('parts: expected an object');
  return { engine, inboxSeq, config: config ?? null, parts };
}
