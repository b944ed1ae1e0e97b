import type { StoreFile } from '@aisle/contracts';
import { storeTime, type StoreTime } from './buckets.js';
import { OpeningHours } from './opening-hours.js';

/**
 * The definitions of every figure. Rises when one changes or comes to be; rollups made by another version are not used.
 * 2: zones carry interest.
 */
export const METRIC_VERSION = 2;

/** The shop that is asked about: its id and the version of its file now in force. */
export interface StoreContext {
  storeId: string;
  version: number;
  storeFile: StoreFile;
}

/** A shop's clock and opening hours. */
export class StoreCalendar {
  readonly time: StoreTime;
  readonly hours: OpeningHours;
  readonly storeId: string;
  /** what a rollup depends on besides its facts */
  readonly definition: string;

  constructor({ storeId, storeFile }: StoreContext) {
    this.storeId = storeId;
    this.time = storeTime(storeFile.store.timezone);
    this.hours = new OpeningHours(this.time, storeFile.hours);
    this.definition = `v${METRIC_VERSION}|${storeFile.store.timezone}|${JSON.stringify(storeFile.hours ?? null)}`;
  }
}
