import type { StoreFile } from '@aisle/contracts';
import { storeTime, type StoreTime } from './buckets.js';
import { OpeningHours } from './opening-hours.js';

/**
 * The definitions of every figure. Rises when one changes or comes to be; rollups made by another version are not used.
 * 2: zones carry interest. 3: everything by the version of the store file that it was made under.
 * 4: a sensor that was silent for more than half of a bucket tells nothing of it; grams of goods sold by weight.
 */
export const METRIC_VERSION = 4;

/** What rollups hold: rises when they come to hold more. 1: what was sold from each slot. */
const HELD = 1;

/** The shop that is asked about: its id and the version of its file now in force. */
export interface StoreContext {
  storeId: string;
  version: number;
  storeFile: StoreFile;
  /** while a past is being loaded: nothing of before is read, epoch ms */
  unreadBefore?: number;
}

/** A shop's clock and opening hours, as they are now. */
export class StoreCalendar {
  readonly time: StoreTime;
  readonly hours: OpeningHours;
  readonly storeId: string;
  /** what a rollup depends on besides its facts and the versions that they were made under, which never change */
  readonly definition: string;

  constructor({ storeId, storeFile }: StoreContext) {
    this.storeId = storeId;
    this.time = storeTime(storeFile.store.timezone);
    this.hours = new OpeningHours(this.time, storeFile.hours);
    this.definition = `v${METRIC_VERSION}.${HELD}|${storeFile.store.timezone}`;
  }
}
