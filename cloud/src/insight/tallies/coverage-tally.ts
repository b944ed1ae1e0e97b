import { isSilence } from '@aisle/contracts';
import type { StoredFact } from '../../ports/index.js';
import type { OpeningHours } from '../opening-hours.js';
import { entry, type Tally } from './tally.js';

export interface Sensed {
  /** milliseconds sensed in all */
  all: number;
  /** milliseconds sensed while the shop was open */
  open: number;
}

/** Sensed time per coverage group. */
export class CoverageTally implements Tally<'coverage'> {
  readonly groups = new Map<string, Sensed>();
  /** whether any load cell was silent while its shelf sensed */
  anySilence = false;
  /** the minute asked about last: facts come in the order of time, many of each minute */
  #minute = -1;
  #open = false;

  constructor(private readonly hours: () => OpeningHours) {}

  add({ subject, ts, value }: StoredFact<'coverage'>): void {
    if (ts !== this.#minute) {
      this.#minute = ts;
      this.#open = this.hours().isOpen(ts);
    }
    this.#add(subject, value.sensedMs, this.#open ? value.sensedMs : 0);
  }

  addPacked(packed: unknown): void {
    for (const [group, all, open] of packed as [string, number, number][]) this.#add(group, all, open);
  }

  packed(): unknown {
    return [...this.groups].map(([group, sensed]) => [group, sensed.all, sensed.open]);
  }

  #add(group: string, all: number, open: number): void {
    const sensed = entry(this.groups, group, () => ({ all: 0, open: 0 }));
    sensed.all += all;
    sensed.open += open;
    if (isSilence(group)) this.anySilence = true;
  }
}
