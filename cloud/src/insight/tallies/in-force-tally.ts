import type { StoredFact } from '../../ports/index.js';
import type { Tally } from './tally.js';

/** From when on the version was in force, epoch ms; undefined where it did not come into force in this time. */
export class InForceTally implements Tally<'inForce'> {
  since: number | undefined;

  add({ ts }: StoredFact<'inForce'>): void {
    this.since = Math.min(this.since ?? Infinity, ts);
  }

  addPacked(packed: unknown): void {
    this.since = Math.min(this.since ?? Infinity, packed as number);
  }

  packed(): unknown {
    return this.since;
  }
}
