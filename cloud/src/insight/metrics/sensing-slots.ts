import type { PlacedSlot } from '../edition.js';
import { sensedShare, sensorsOf, type Slice } from '../slices.js';

/** A sensor that was silent for more than half of the time senses nothing in it (SEMANTICS §19). */
const ENOUGH = 0.5;

/**
 * The slots of which something was sensed in a bucket: what is told of any other is not known, neither as a figure of its own
 * nor in a sum.
 */
export class SensingSlots {
  /** many slots stand on one shelf: by what sensed a slot under each version */
  readonly #byGroups = new Map<string, boolean>();

  /** @param isIt where a slot counts: a version under which it stands elsewhere, or holds something else, says nothing of it */
  constructor(
    private readonly slices: readonly Slice[],
    private readonly isIt: (slot: PlacedSlot) => boolean,
  ) {}

  has(slotId: string): boolean {
    const groups = this.slices.map(({ edition }) => {
      const slot = edition.slot(slotId);
      return slot && this.isIt(slot) ? sensorsOf(this.slices, [slot])[0] : undefined;
    });
    const key = JSON.stringify(groups);
    let senses = this.#byGroups.get(key);
    if (senses === undefined) this.#byGroups.set(key, (senses = this.#senses(groups)));
    return senses;
  }

  #senses(groups: readonly (string | undefined)[]): boolean {
    const byEdition = new Map(this.slices.map(({ edition }, at) => [edition, groups[at]]));
    const share = sensedShare(this.slices, (edition) => {
      const group = byEdition.get(edition);
      return group === undefined ? undefined : [group];
    });
    // no version knows what senses it, yet a shop has told of it: its version is not in the catalog
    return share === null || share >= ENOUGH;
  }
}
