import {
  HOUR_MS,
  MINUTE_MS,
  minuteOf,
  type ConfiguredEvent,
  type DomainEvent,
  type ReadsEvent,
  type SaleEvent,
} from '@aisle/contracts';
import type { SlotWindows } from '../goods/slot-windows.js';
import type { StoreModel } from '../core/store-model.js';
import type { Alarms } from './alarms.js';
import type { RfidPlaces } from './places.js';
import type { ReaderPresence, Stay } from './presence.js';
import type { TagBook } from './tag-book.js';

/** A reader that has been silent for longer holds nobody up. */
export const SLOWEST_MS = 26 * HOUR_MS;

/** What readers and tags are at, as far as it tells which windows a message may touch. */
export interface TagState {
  readers: ReadonlyMap<string, ReaderPresence>;
  tags: TagBook;
  /** open stays: reader → EPC → stay */
  open: ReadonlyMap<string, ReadonlyMap<string, Stay>>;
  places: RfidPlaces | undefined;
  model: StoreModel | undefined;
  /** event time of the reader that has got furthest */
  newest: number;
}
interface Parts {
  slots: SlotWindows;
  /** whether windows of this time may have to be fetched */
  reaches(ts: number): boolean;
}

/** Adds the keys of all windows that an event may touch through tags. */
export function requireTagWindows(
  keys: string[],
  event: DomainEvent,
  parts: Parts,
  alarms: Alarms,
  state: TagState,
): void {
  if (event.kind === 'reads') requireReads(keys, event, parts, alarms, state);
  else if (event.kind === 'configured') requireAll(keys, event, parts, state);
  else if (event.kind === 'sale') requireSale(keys, event, alarms, state);
}

/** Another store file may have all be counted anew, from each reader's present on. */
function requireAll(keys: string[], { storeFile }: ConfiguredEvent, parts: Parts, state: TagState): void {
  const { readers, model, newest } = state;
  let from = newest;
  for (const { ts } of readers.values()) if (ts > newest - SLOWEST_MS) from = Math.min(from, ts);
  if (readers.size === 0 || !parts.reaches(minuteOf(from))) return;
  const slots = new Set(model?.slots.keys());
  for (const fixture of storeFile.fixtures ?? []) for (const slot of fixture.slots ?? []) slots.add(slot.id);
  for (const slot of slots) parts.slots.requireBetween(keys, slot, from, newest);
}

function requireReads(keys: string[], event: ReadsEvent, parts: Parts, alarms: Alarms, state: TagState): void {
  const { places, tags } = state;
  if (!places || !parts.reaches(minuteOf(oldestOf(event, state)))) return;
  const newest = Math.max(state.newest, event.ts);
  const epcs = new Set(event.reads.map(([epc]) => epc));
  for (const [epc, stay] of state.open.get(event.deviceId) ?? []) if (parts.reaches(minuteOf(stay.last))) epcs.add(epc);
  for (const slot of places.readers.get(event.deviceId)?.slots ?? [])
    parts.slots.requireBetween(keys, slot.id, event.ts, event.ts);
  for (const epc of epcs) {
    const tag = tags.get(epc);
    const gtin = tag?.gtin ?? tags.gtinOf(epc);
    if (!gtin || !places.sells(gtin)) continue;
    alarms.require(keys, gtin, places.written(gtin));
    const from = Math.min(
      event.ts - MINUTE_MS,
      ...(tag?.stays ?? []).filter((stay) => !stay.asleep).map((stay) => stay.last),
    );
    const slots = new Set(places.slotsOf(gtin).filter((slot) => !places.isWeighed(slot.id)));
    for (const slot of slots) parts.slots.requireMoves(keys, slot.id, Math.max(from, newest - SLOWEST_MS), newest);
  }
}

function requireSale(keys: string[], event: SaleEvent, alarms: Alarms, { places }: TagState): void {
  if (!places) return;
  for (const line of event.lines) {
    const gtin = places.itemOf(line.gtin);
    alarms.require(keys, gtin, places.written(gtin));
  }
}

/** The oldest event time that a message can change. */
function oldestOf(event: ReadsEvent, { tags, readers }: TagState): number {
  let oldest = event.ts - MINUTE_MS;
  for (const [epc] of event.reads)
    for (const stay of tags.get(epc)?.stays ?? []) if (!stay.asleep) oldest = Math.min(oldest, stay.last);
  // Only behind a silence can something be lost that was seen long ago.
  const reader = readers.get(event.deviceId);
  if (reader && event.ts - reader.ts > MINUTE_MS) return Math.min(oldest, reader.ts - MINUTE_MS);
  return oldest;
}
