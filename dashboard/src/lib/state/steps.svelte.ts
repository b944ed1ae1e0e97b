const MOST_STEPS = 200;

/** A drawing that somebody changes: what it was based on, and each step for undoing it. */
export class Steps<T> {
  #base = $state.raw() as T;
  #now = $state.raw() as T;
  #past = $state.raw<readonly T[]>([]);
  #future = $state.raw<readonly T[]>([]);

  constructor(base: T) {
    this.#base = base;
    this.#now = base;
  }
  get base(): T {
    return this.#base;
  }
  get now(): T {
    return this.#now;
  }
  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** false: nothing changed by it */
  step(next: T): boolean {
    if (next === this.#now) return false;
    this.#past = [...this.#past, this.#now].slice(-MOST_STEPS);
    this.#future = [];
    this.show(next);
    return true;
  }
  undo(): boolean {
    const before = this.#past.at(-1);
    if (before === undefined) return false;
    this.#future = [...this.#future, this.#now];
    this.#past = this.#past.slice(0, -1);
    this.show(before);
    return true;
  }
  redo(): boolean {
    const next = this.#future.at(-1);
    if (next === undefined) return false;
    this.#past = [...this.#past, this.#now];
    this.#future = this.#future.slice(0, -1);
    this.show(next);
    return true;
  }
  /** Shown, and no step of its own. */
  protected show(next: T): void {
    this.#now = next;
  }
  /** Another basis: what somebody else made meanwhile, with one's own changes in it as a step that can be undone. */
  rebase(base: T, next: T): void {
    this.#base = base;
    this.#past = [base];
    this.#future = [];
    this.show(next);
  }
  /** Everything as it was made into a version. */
  saved(): void {
    this.#base = this.#now;
    this.#past = [];
    this.#future = [];
  }
}
