import type { StoreFile } from '@aisle/contracts';
import { itemOf, sameRef, type Ref } from '../figures/floor.js';

const MOST_STEPS = 200;

/** A floor that somebody draws: what it was based on, each step for undoing it, and what is chosen. */
export class FloorDraft {
  #base = $state.raw<StoreFile>() as StoreFile;
  #file = $state.raw<StoreFile>() as StoreFile;
  #past = $state.raw<readonly StoreFile[]>([]);
  #future = $state.raw<readonly StoreFile[]>([]);
  #selected = $state.raw<readonly Ref[]>([]);
  /** where a drag began */
  #held: StoreFile | null = null;

  constructor(base: StoreFile) {
    this.#base = base;
    this.#file = base;
  }
  get base(): StoreFile {
    return this.#base;
  }
  get file(): StoreFile {
    return this.#file;
  }
  get selected(): readonly Ref[] {
    return this.#selected;
  }
  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** false: nothing changed by it */
  step(next: StoreFile): boolean {
    if (next === this.#file) return false;
    this.#past = [...this.#past, this.#file].slice(-MOST_STEPS);
    this.#future = [];
    this.#show(next);
    return true;
  }
  /** While something is dragged: shown, and one step as a whole once it ends. */
  drag(next: StoreFile): void {
    this.#held ??= this.#file;
    this.#file = next;
  }
  endDrag(keep: boolean): void {
    const [from, to] = [this.#held, this.#file];
    this.#held = null;
    if (!from || from === to) return;
    this.#file = from;
    if (keep) this.step(to);
  }
  undo(): boolean {
    const before = this.#past.at(-1);
    if (!before) return false;
    this.#future = [...this.#future, this.#file];
    this.#past = this.#past.slice(0, -1);
    this.#show(before);
    return true;
  }
  redo(): boolean {
    const next = this.#future.at(-1);
    if (!next) return false;
    this.#past = [...this.#past, this.#file];
    this.#future = this.#future.slice(0, -1);
    this.#show(next);
    return true;
  }
  #show(file: StoreFile): void {
    this.#file = file;
    this.#selected = this.#selected.filter((ref) => itemOf(file, ref) !== undefined);
  }
  rebase(base: StoreFile, file: StoreFile): void {
    this.#base = base;
    this.#past = [base];
    this.#future = [];
    this.#show(file);
  }
  saved(): void {
    this.#base = this.#file;
    this.#past = [];
    this.#future = [];
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
