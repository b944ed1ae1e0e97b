import type { StoreFile } from '@aisle/contracts';
import type { Behaviour } from '../settings/behaviour.js';

/** Height of the lowest level, and from one to the next, metres. */
const LOWEST_METRES = 0.15;
const STEP_METRES = 0.38;

interface Seen {
  /** share of those who stand before the fixture that see it */
  share: number;
  zoneId: string | null;
}

/**
 * What people see of a shelf. Whoever stands before a fixture looks at it some times; each look falls on a facing by how near to
 * the eyes it is, and beside those of its neighbours. Who came for a product mostly finds it all the same, who did not takes only what they saw.
 * Without `noticing` in the behaviour everybody sees everything.
 */
export class Noticing {
  private readonly bySlot = new Map<string, Seen>();

  constructor(
    store: StoreFile,
    private readonly noticing: Behaviour['noticing'],
  ) {
    if (!noticing) return;
    const { eyeMetres, spreadMetres, looks } = noticing;
    for (const { slots = [], zone = null } of store.fixtures ?? []) {
      const weights = slots.map(({ gtin, facings = 1, level }) => {
        if (gtin === undefined) return 0;
        // of a table nobody says on which level things lie: all alike
        const away = level === undefined ? 0 : LOWEST_METRES + (level - 1) * STEP_METRES - eyeMetres;
        return facings * Math.exp(-((away / spreadMetres) ** 2) / 2);
      });
      const all = weights.reduce((sum, weight) => sum + weight, 0);
      slots.forEach(({ id }, at) => {
        const share = all > 0 ? 1 - (1 - (weights[at] as number) / all) ** looks : 0;
        this.bySlot.set(id, { share, zoneId: zone });
      });
    }
  }

  /** @returns share of those who stand before a slot that take note of what lies there */
  share(slotId: string, wanted: boolean): number {
    if (!this.noticing) return 1;
    const seen = this.bySlot.get(slotId)?.share ?? 0;
    return wanted ? seen + (1 - seen) * this.noticing.foundAnyway : seen;
  }

  /** How much likelier somebody browses at a slot, given the zones that they come to anyway. */
  pull(slotId: string, zones: ReadonlySet<string>): number {
    const zoneId = this.bySlot.get(slotId)?.zoneId;
    return this.noticing && zoneId && zones.has(zoneId) ? 1 + this.noticing.passingPull : 1;
  }
}
