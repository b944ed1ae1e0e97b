import type { StoreFile } from '@aisle/contracts';
import { itemOf, sameRef, type Ref } from '../figures/floor.js';
import { Steps } from './steps.svelte.js';

/** A floor that somebody draws, and what of it is chosen. */
export class FloorDraft extends Steps<StoreFile> {
  #selected = $state.raw<readonly Ref[]>([]);
  /** where a drag began */
  #held = $state.raw<StoreFile | null>(null);

  get file(): StoreFile {
    return this.now;
  }
  get selected(): readonly Ref[] {
    return this.#selected;
  }

  get dragging(): boolean {
    return this.#held !== null;
  }
  /** While something is dragged: shown, and one step as a whole once it ends. */
  drag(next: StoreFile): void {
    this.#held ??= this.file;
    super.show(next);
  }
  endDrag(keep: boolean): void {
    const [from, to] = [this.#held, this.file];
    this.#held = null;
    if (!from || from === to) return;
    super.show(from);
    if (keep) this.step(to);
  }
  protected override show(file: StoreFile): void {
    super.show(file);
    this.#selected = this.#selected.filter((ref) => itemOf(file, ref) !== undefined);
  }
  select(refs: readonly Ref[]): void {
    this.#selected = refs;
  }
  toggle(ref: Ref): void {
    const without = this.#selected.filter((one) => !sameRef(one, ref));
    this.#selected = without.length < this.#selected.length ? without : [...without, ref];
  }
  isSelected = (ref: Ref): boolean => this.#selected.some((one) => sameRef(one, ref));
}
